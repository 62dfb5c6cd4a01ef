/**
 * Rules on what a Dockerfile does. They look at the instructions as Docker reads them and at the words of their commands; what
 * a script does that is copied in is not seen, and a check that is hidden well is not believed.
 */
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { trim } from '../../../definitions/go-strings.ts';
import { blankedDockerfile } from '../../../references/dockerfile-layout.ts';
import type { ReviewCheckId } from './checks.ts';

export interface DockerfileFinding {
  readonly check: ReviewCheckId;
  /** Counted from 1. */
  readonly line: number;
  /** The address or words that it is about. */
  readonly subject: string;
  readonly message: string;
}

/** One line of a step, with what it says and where. */
interface StepLine {
  readonly text: string;
  readonly line: number;
}

interface Step {
  readonly keyword: string;
  readonly lines: readonly StepLine[];
  /** All lines without comments. */
  readonly text: string;
}

export function checkDockerfile(dockerfile: string): DockerfileFinding[] {
  const lines = dockerfile.split(/\r?\n/);
  const steps = DockerfileParser.parse(blankedDockerfile(dockerfile))
    .getInstructions()
    .map((instruction, index, all) => toStep(instruction, all[index + 1], lines));
  return steps.flatMap((step) => [
    ...checkAdd(step),
    ...checkDownloads(step),
    ...checkKeys(step),
    ...checkWords(step),
  ]);
}

/** With the documents within it, which lie before the next one. */
function toStep(instruction: Instruction, next: Instruction | undefined, all: readonly string[]): Step {
  const { start } = instruction.getRange();
  const lines = all
    .slice(start.line, next?.getRange().start.line)
    .map((text, index) => ({ text, line: start.line + index + 1 }))
    .filter(({ text }) => !/^\s*#/.test(text));
  return {
    keyword: instruction.getKeyword().toUpperCase(),
    lines,
    text: lines.map(({ text }) => text.replace(/[\\`]\s*$/, ' ')).join('\n'),
  };
}

const BETWEEN_COMMANDS: ReadonlySet<string> = new Set('\\`; \t\r');

const DOWNLOADER =
  /(?:^|[\s;&|("'`$])(?:curl|wget|Invoke-WebRequest|iwr|Start-BitsTransfer|DownloadFile|aria2c)\b/;
const ADDRESS = /(?:https?|ftp):\/\/[^\s"'`|;&)>]+/gi;
/** What signs or sums something else up needs no check of its own. */
const EVIDENCE =
  /\.(?:asc|sig|sign|gpg|pem|crt|sha(?:1|256|384|512)(?:sum)?s?|md5|minisig|pub|key)(?:\.txt)?(?:[?#]|$)|sha\d+sums?|checksums?|KEYS$/i;
const STRONG_CHECK =
  /\b(?:sha(?:224|256|384|512)sum|b2sum|b3sum|shasum\s+(?:-a\s*|--algorithm[= ])(?:256|384|512)|gpgv\b|cosign\s+verify|minisign\s+-\w*V|signify\s+-\w*V|openssl\s+dgst\s+-sha(?:256|384|512)|rpm(?:keys)?\s+(?:-K|--checksig)|gh\s+attestation\s+verify|Get-FileHash|Get-AuthenticodeSignature|hashlib\.sha)/i;
const SIGNATURE_PROGRAM = /\bgpg\b/i;
const WEAK_CHECK = /\b(?:md5sum|sha1sum|shasum)\b/i;

/** `ADD https://…` checks nothing unless it is told the sum. */
function checkAdd({ keyword, lines, text }: Step): DockerfileFinding[] {
  if (keyword !== 'ADD') return [];
  const findings: DockerfileFinding[] = [];
  const hasSum = text.includes('--checksum=');
  for (const { text: words, line } of lines) {
    for (const address of words.match(ADDRESS) ?? []) {
      const isGit = /\.git(?:#|$)/.test(address);
      const isPinned = isGit ? /#[0-9a-f]{40}/.test(address) : hasSum;
      if (!isPinned && !EVIDENCE.test(address)) {
        const how = isGit ? 'no whole commit' : 'no --checksum';
        findings.push(unverified(line, address, `ADD of ${address} has ${how}`));
      }
      if (isPlain(address)) findings.push(plainHttp(line, address));
    }
  }
  return findings;
}

function checkDownloads({ keyword, lines, text }: Step): DockerfileFinding[] {
  if (keyword !== 'RUN' || !DOWNLOADER.test(text)) return [];
  const findings: DockerfileFinding[] = [];
  const isChecked = STRONG_CHECK.test(text) || lines.some(verifiesSignature);
  const isSaved = text.split(/\s+/).some(namesOutput);
  const downloads = lines.filter(({ text: words }) => DOWNLOADER.test(words) && !isInstallation(words));
  let told = false;
  for (const { text: words, line } of downloads) {
    const addresses = words.match(ADDRESS) ?? [];
    const subject = addresses[0] ?? trim(words, BETWEEN_COMMANDS).slice(0, 80);
    for (const address of addresses) if (isPlain(address)) findings.push(plainHttp(line, address));
    if (/\|\s*(?:sudo\s+)?(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|z|k)?sh\b(?!\w)/.test(words)) {
      const message = `${subject} is run as it comes`;
      findings.push({ check: 'dockerfile.piped-download', line, subject, message });
      continue;
    }
    // the first one stands for the others of a step, which stand or fall together
    if (
      isChecked ||
      told ||
      addresses.some((address) => EVIDENCE.test(address)) ||
      !(isSaved || keepsAnything(words))
    )
      continue;
    told = true;
    if (WEAK_CHECK.test(text)) {
      const message = `${subject} is checked by MD5 or SHA-1 only`;
      findings.push({ check: 'dockerfile.weak-checksum', line, subject, message });
    } else
      findings.push(
        unverified(line, subject, `${subject} is downloaded, and nothing in this step checks it`),
      );
  }
  return findings;
}

/** `apt-get install -y curl`, `command -v wget`: the name of a package or program, which no address or option follows. */
function isInstallation(words: string): boolean {
  const at = words.search(DOWNLOADER);
  const [before, behind] = [words.slice(0, at), words.slice(at).replace(/^\W*\w[\w-]*/, '')];
  return (
    /\b(?:install|add|purge|remove|autoremove|del|command\s+-v|which|type)\b/.test(before) ||
    !/^[^;&|]*(?:\s-|:\/\/|\$)|^\(/.test(behind)
  );
}

/** `gpg --batch --verify`: what stands first in the line decides, so that a long one is looked through once. */
function verifiesSignature({ text }: StepLine): boolean {
  const at = text.search(SIGNATURE_PROGRAM);
  return at !== -1 && text.includes('--verify', at);
}

/** `-o`, `-fsSLo`, `--output`. */
function namesOutput(word: string): boolean {
  return /^(?:--output|-OutFile)$/.test(word) || (/^-\w+$/.test(word) && /o/i.test(word));
}

/** Something that is only looked at, as the answer of a server, needs no check. */
function keepsAnything(words: string): boolean {
  return (
    /\s(?:-\w*[oO]\w*|--output\b|--remote-name\b|--output-document\b|-OutFile\b|>)/.test(words) ||
    /\|\s*(?:tar|bsdtar|gunzip|unzip|xz|zstd|cpio|dd)\b/.test(words) ||
    /\bwget\b/.test(words)
  );
}

const KEY_REQUEST = /--recv(?:-keys?)?\s+(.*)/;

/** Sixteen digits and fewer can be made to fit another key. */
function checkKeys({ lines }: Step): DockerfileFinding[] {
  return lines.flatMap(({ text, line }) => {
    const words = KEY_REQUEST.exec(text)?.[1]?.split(/[\s"';&|\\]+/) ?? [];
    return words
      .map((word) => word.replace(/^0x/i, ''))
      .filter((word) => /^[0-9A-F]{8,39}$/i.test(word))
      .map((subject) => ({
        check: 'dockerfile.short-key' as const,
        line,
        subject,
        message: `the key ${subject} is asked for by ${subject.length} of 40 digits`,
      }));
  });
}

function checkWords({ keyword, lines, text }: Step): DockerfileFinding[] {
  const findings: DockerfileFinding[] = [];
  const first = lines[0]?.line ?? 1;
  if (keyword === 'HEALTHCHECK' && !/^\s*HEALTHCHECK\s+NONE\b/i.test(text)) {
    findings.push({
      check: 'dockerfile.healthcheck',
      line: first,
      subject: 'HEALTHCHECK',
      message: 'it has a HEALTHCHECK',
    });
  }
  for (const { text: words, line } of lines) {
    const [uname] = keyword === 'RUN' ? (/\buname\s+-\w*[mpi]\w*/.exec(words) ?? []) : [];
    if (uname !== undefined) {
      const message = `"${uname}" tells the architecture of the kernel`;
      findings.push({ check: 'dockerfile.uname', line, subject: uname, message });
    }
    const [right] = /--security=insecure|--privileged\b|--cap-add[= ]\S+/.exec(words) ?? [];
    if (right !== undefined) {
      findings.push({ check: 'dockerfile.privileged', line, subject: right, message: `it has "${right}"` });
    }
  }
  return findings;
}

function isPlain(address: string): boolean {
  return /^(?:http|ftp):/i.test(address) && !/^\w+:\/\/(?:localhost|127\.|\[::1\])/i.test(address);
}

function plainHttp(line: number, subject: string): DockerfileFinding {
  return {
    check: 'dockerfile.plain-http',
    line,
    subject,
    message: `${subject} is fetched without encryption`,
  };
}

function unverified(line: number, subject: string, message: string): DockerfileFinding {
  return { check: 'dockerfile.unverified-download', line, subject, message };
}
