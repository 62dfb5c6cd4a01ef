import { resolve } from 'node:path';
import { dataDirectory } from '../../assess/directories.ts';
import { chooseTrust } from '../../assess/trust-choice.ts';
import { type EvidenceFile, verifyImage } from '../../assess/verify-image.ts';
import type { ExitStatus } from '../../model/errors.ts';
import type { Platform } from '../../model/platform.ts';
import type { TrustReport } from '../../model/trust-report.ts';
import type { TrustVerdict } from '../../model/trust.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatTrustLine, formatTrustReport } from '../../report/trust.ts';
import { plural } from '../../report/quantity.ts';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { MAX_EVIDENCE_FILE_BYTES } from '../../trust/evidence/evidence-file.ts';
import { memoryDirectory } from '../../trust/memory/memory-file.ts';
import { TrustError } from '../../trust/errors.ts';
import { connectionOf } from '../connection.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { NamedImages } from '../images-in-files.ts';
import type { ConnectionFlags } from '../options.ts';
import { createStatusLine } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { type TrustFlags, trustRequest } from '../trust-options.ts';

export const VERIFY_FORMATS = ['terminal', 'json'] as const;

export interface VerifyFlags extends ConnectionFlags, TrustFlags {
  readonly all: readonly string[];
  readonly platform?: Platform;
  readonly as?: string;
  readonly evidence: readonly string[];
  readonly evidenceFrom: readonly string[];
  readonly baseImages?: boolean;
  readonly memory: boolean;
  readonly checks?: boolean;
  readonly provenance?: boolean;
  /** File for a verification summary, and who verifies. */
  readonly vsa?: string;
  readonly verifier?: string;
  readonly format: readonly string[];
}

const STATUS: Readonly<Record<TrustVerdict, ExitStatus>> = { trusted: 0, untrusted: 2, unknown: 4, error: 1 };

/** The gravest of several verdicts first. */
const GRAVITY: readonly TrustVerdict[] = ['untrusted', 'error', 'unknown'];

/** The exit status that says the gravest of several verdicts. */
export function verdictStatus(verdicts: readonly TrustVerdict[]): ExitStatus {
  return STATUS[GRAVITY.find((verdict) => verdicts.includes(verdict)) ?? 'trusted'];
}

export async function verify(
  references: readonly string[],
  flags: VerifyFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, VERIFY_FORMATS);
  const named = await namedImages(references, flags.all);
  const asked = summaryAsked(flags, named);
  const { material, policyFor } = await chooseTrust(trustRequest(flags, terminal));
  const { environment, now, stderr, stdout, workingDirectory } = terminal;
  const files = flags.evidence.map((file) => readEvidence(file, workingDirectory));
  const line = createStatusLine(stderr, { quiet: flags.quiet === true, now });
  const reports: TrustReport[] = [];
  try {
    for (const reference of named.references) {
      line.draw(`Verifying ${reference}`, true);
      reports.push(
        await verifyImage(reference, {
          connection: connectionOf(flags, terminal, line),
          policyFor,
          material,
          platform: flags.platform,
          as: flags.as,
          files,
          evidenceFrom: flags.evidenceFrom,
          memory: flags.memory ? memoryDirectory(dataDirectory(environment)) : null,
          withBases: flags.baseImages === true,
          now,
        }),
      );
    }
  } finally {
    line.clear();
  }
  const style = styleFor(stdout, environment);
  const shown = { all: flags.checks === true, provenance: flags.provenance === true };
  writeTargets(
    targets,
    (format) => {
      if (format === 'json') return formatReports(reports);
      const unread = named.unreadable.map(({ place, reason }) => `unknown   ${place}  ${reason}\n`).join('');
      if (reports.length + named.unreadable.length > 1) {
        return reports.map((report) => formatTrustLine(report, style)).join('') + unread + summary(reports);
      }
      return reports.map((report) => formatTrustReport(report, style, shown)).join('') + unread;
    },
    stdout,
  );
  const verdicts = reports.map(({ verdict }) => verdict);
  const status = verdictStatus(named.unreadable.length > 0 ? [...verdicts, 'unknown'] : verdicts);
  const [report] = reports;
  if (asked === null || report === undefined) return status;
  const isWritten = await writeSummary(report, asked, terminal);
  // whoever asked for a summary has to know that there is none
  return status === 0 && !isWritten ? 4 : status;
}

/** One report as it is; several as `{ schema, reports }`. */
function formatReports(reports: readonly TrustReport[]): string {
  return formatJson(reports.length === 1 ? reports[0] : { schema: 'hallmark.trusts/1', reports });
}

function summary(reports: readonly TrustReport[]): string {
  const counts = Object.keys(STATUS).flatMap((verdict) => {
    const count = reports.filter((report) => report.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `\n${plural(reports.length, 'image')}: ${counts.join(', ')}\n`;
}

const NO_IMAGES: NamedImages = { references: [], unreadable: [] };

/** What the command line names, and what files name; reading those takes parsers that nothing else needs. */
async function namedImages(references: readonly string[], files: readonly string[]): Promise<NamedImages> {
  const found = files.length === 0 ? NO_IMAGES : (await import('../images-in-files.ts')).imagesInFiles(files);
  const named = new Set([...references, ...found.references]);
  if (named.size + found.unreadable.length > 0) return { ...found, references: [...named] };
  throw new CliError('USAGE', 'no image is named', {
    remedy: 'Name one, or a file that names some with --all.',
  });
}

interface SummaryAsked {
  readonly file: string;
  readonly verifier: string;
}

/** @throws {CliError} USAGE */
function summaryAsked({ vsa, verifier }: VerifyFlags, { references }: NamedImages): SummaryAsked | null {
  if (vsa === undefined && verifier === undefined) return null;
  if (vsa === undefined || verifier === undefined) {
    throw new CliError('USAGE', 'a verification summary needs a file and a verifier', {
      remedy: 'Give --vsa FILE together with --verifier, the address by which others know who verified.',
    });
  }
  if (references.length === 1) return { file: vsa, verifier };
  throw new CliError(
    'USAGE',
    `a verification summary is about one image, and ${references.length} are named`,
    {
      remedy: 'Name one image.',
    },
  );
}

/** Writes the predicate of a summary and says what to do with it, or why there is none. */
async function writeSummary(
  report: TrustReport,
  { file, verifier }: SummaryAsked,
  { stdout, stderr }: Terminal,
): Promise<boolean> {
  const { summariseReport } = await import('../../trust/report/summarise-report.ts');
  const predicate = summariseReport(report, verifier);
  if (typeof predicate === 'string') {
    stderr.write(`No summary was written: ${escapeTerminal(predicate)}\n`);
    return false;
  }
  writeTargets([{ format: 'json', file }], () => formatJson(predicate), stdout);
  const image = `${report.repository ?? ''}@${report.digest ?? ''}`;
  stderr.write(
    `${escapeTerminal(file)} is to be signed: hallmark attest --type vsa --predicate ${escapeTerminal(file)} … ${escapeTerminal(image)}\n`,
  );
  return true;
}

function readEvidence(file: string, workingDirectory: string): EvidenceFile {
  const invalid = (problem: string, cause?: unknown): TrustError =>
    new TrustError('EVIDENCE_FILE_INVALID', `${file} ${problem}`, { subject: file, cause });
  let bytes: Buffer | null;
  try {
    bytes = readBoundedFile(resolve(workingDirectory, file), MAX_EVIDENCE_FILE_BYTES);
  } catch (cause) {
    throw invalid('cannot be read', cause);
  }
  if (bytes === null) throw invalid(`has more than ${MAX_EVIDENCE_FILE_BYTES} bytes`);
  return { name: file, bytes };
}
