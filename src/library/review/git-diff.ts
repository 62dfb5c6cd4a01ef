/** Differences between texts, made by git: with what was renamed or copied, as reviewers know them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestHex, digestOf } from '../../model/digest.ts';
import { type GitSurroundings, startGit } from '../../updates/upstream/git-process.ts';
import { gitFailed } from '../git/git-failure.ts';

/** Files by their names, which may hold anything. */
export type Texts = ReadonlyMap<string, string>;

export interface FileDifference {
  readonly kind: 'added' | 'removed' | 'changed' | 'renamed' | 'copied';
  /** As it is now; as it was, for one that is gone. */
  readonly path: string;
  /** What it was renamed or copied from; null for the others. */
  readonly from: string | null;
  readonly addedLines: number;
  readonly removedLines: number;
  /** Hunks as in a unified difference, each line with its sign; empty for a mere change of name. */
  readonly patch: string;
}

export interface DiffPlace extends GitSurroundings {
  /** A folder for scratch files; what is put there is removed again. */
  readonly scratch: string;
}

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Similarity of a fifth already makes a copy: versions of one Dockerfile have little more in common with each other than with
 * anything else. Blank lines and spaces do not count.
 */
const OPTIONS = [
  '--no-index',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-prefix',
  '--text',
  '--minimal',
  '--find-renames=20%',
  '--find-copies=20%',
  '--find-copies-harder',
  '--ignore-blank-lines',
  '--ignore-space-change',
  '--ignore-space-at-eol',
];

/** In the order of their names. @throws {LibraryError} GIT_MISSING, SOURCE_REPOSITORY_FAILED */
export async function diffTexts(
  base: Texts,
  head: Texts,
  place: DiffPlace,
): Promise<readonly FileDifference[]> {
  const folder = mkdtempSync(join(place.scratch, 'hallmark-diff-'));
  try {
    const names = new Map<string, string>();
    for (const [side, texts] of [
      ['a', base],
      ['b', head],
    ] as const) {
      mkdirSync(join(folder, side));
      for (const [name, text] of texts) {
        const safe = safeName(name);
        names.set(safe, name);
        const file = join(folder, side, safe);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text, { flag: 'wx' });
      }
    }
    const output = await runDiff(folder, place);
    return parseDifferences(output, (safe) => names.get(safe) ?? safe);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runDiff(folder: string, place: DiffPlace): Promise<string> {
  const git = startGit(
    [
      // whatever repository the scratch folder lies in has no say
      '--git-dir=/dev/null',
      '-C',
      folder,
      '-c',
      'core.quotePath=true',
      '-c',
      'core.attributesFile=/dev/null',
      'diff',
      ...OPTIONS,
      '--',
      'a',
      'b',
    ],
    place,
  );
  git.input.end();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of git.output) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES)
        throw gitFailed('the difference', `it has more than ${MAX_OUTPUT_BYTES} bytes`);
    }
    const { complaint, isMissing } = await git.ended;
    place.signal.throwIfAborted();
    // by its status alone git says that there are differences
    if (complaint !== '' && complaint !== 'status 1') throw gitFailed('the difference', complaint, isMissing);
  } finally {
    git.kill();
  }
  return Buffer.concat(chunks).toString('utf8');
}

const LONGEST_PART = 200;
const LONGEST_NAME = 1000;

/**
 * A name that leads nowhere else, that git neither quotes nor heeds (`.gitattributes`), and that a disk can have. Escapes are of
 * characters that nothing else becomes; what is long ends in its digest, so that no two names become one.
 */
function safeName(name: string): string {
  const safe = name
    .split('/')
    .map((part) => {
      const plain = Array.from(part, (character) =>
        /^[\w.+@,=-]$/.test(character) ? character : `%${(character.codePointAt(0) ?? 0).toString(16)}.`,
      ).join('');
      const shown = plain.length > LONGEST_PART ? `${plain.slice(0, 100)}${digestPart(part)}` : plain;
      return shown === '' || /^\.(?:\.?$|git)/.test(shown) ? `%.${shown}` : shown;
    })
    .join('/');
  return safe.length > LONGEST_NAME ? digestPart(name) : safe;
}

const digestPart = (text: string): string => `%${digestHex(digestOf(text)).slice(0, 32)}.`;

/** @param nameOf gives the real name of a file that was written under a safe one */
function parseDifferences(output: string, nameOf: (safe: string) => string): readonly FileDifference[] {
  return output
    .split(/^diff --git /m)
    .slice(1)
    .map((section) => parseSection(section, nameOf));
}

function parseSection(section: string, nameOf: (safe: string) => string): FileDifference {
  const start = section.search(/^@@ /m);
  const headers = (start === -1 ? section : section.slice(0, start)).split('\n');
  const patch = start === -1 ? '' : section.slice(start).replace(/\n$/, '');
  const header = (prefix: string) => headers.find((line) => line.startsWith(prefix))?.slice(prefix.length);
  const [, before = '', after = ''] = /^[ab]\/(\S+) [ab]\/(\S+)$/.exec(headers[0] ?? '') ?? [];
  const isNew = header('new file mode') !== undefined;
  const isGone = header('deleted file mode') !== undefined;
  const isRenamed = header('rename from ') !== undefined;
  const isCopied = header('copy from ') !== undefined;
  const lines = patch.split('\n');
  return {
    kind: isNew ? 'added' : isGone ? 'removed' : isRenamed ? 'renamed' : isCopied ? 'copied' : 'changed',
    path: nameOf(isGone ? before : after),
    from: isRenamed || isCopied ? nameOf(before) : null,
    addedLines: lines.filter((line) => line.startsWith('+')).length,
    removedLines: lines.filter((line) => line.startsWith('-')).length,
    patch,
  };
}
