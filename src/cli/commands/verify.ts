import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { dataDirectory } from '../../assess/directories.ts';
import { chooseTrust } from '../../assess/trust-choice.ts';
import { type EvidenceFile, verifyImage } from '../../assess/verify-image.ts';
import type { ExitStatus } from '../../model/errors.ts';
import type { Platform } from '../../model/platform.ts';
import type { TrustReport } from '../../model/trust-report.ts';
import type { TrustVerdict } from '../../model/trust.ts';
import { findImages } from '../../references/find-images.ts';
import { readUse } from '../../references/pin.ts';
import { formatReference } from '../../oci/reference.ts';
import { formatJson } from '../../report/json.ts';
import { formatTrustLine, formatTrustReport } from '../../report/trust.ts';
import { plural } from '../../report/quantity.ts';
import { memoryDirectory } from '../../trust/memory/memory-file.ts';
import { TrustError } from '../../trust/errors.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ConnectionFlags } from '../options.ts';
import { createStatusLine, showProgress } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { type TrustFlags, trustRequest } from '../trust-options.ts';
import { readReferenceFile } from './pin.ts';

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
  const named = namedImages(references, flags.all);
  const { material, policyFor } = chooseTrust(trustRequest(flags, terminal));
  const { environment, signal, now, stderr, stdout, workingDirectory } = terminal;
  const files = flags.evidence.map((file) => readEvidence(file, workingDirectory));
  const line = createStatusLine(stderr, { quiet: flags.quiet === true, now });
  const reports: TrustReport[] = [];
  try {
    for (const reference of named.references) {
      line.draw(`Verifying ${reference}`, true);
      reports.push(
        await verifyImage(reference, {
          connection: {
            environment,
            signal,
            offline: flags.offline === true,
            registry: { plainHttp: flags.plainHttp, mirrors: flags.mirror },
            onProgress: showProgress(line),
          },
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
  writeTargets(
    targets,
    (format) => {
      if (format === 'json') return formatReports(reports);
      const unread = named.unreadable.map(({ place, reason }) => `unknown   ${place}  ${reason}\n`).join('');
      if (reports.length + named.unreadable.length > 1) {
        return reports.map((report) => formatTrustLine(report, style)).join('') + unread + summary(reports);
      }
      return (
        reports.map((report) => formatTrustReport(report, style, { all: flags.checks === true })).join('') +
        unread
      );
    },
    stdout,
  );
  const verdicts = reports.map(({ verdict }) => verdict);
  return verdictStatus(named.unreadable.length > 0 ? [...verdicts, 'unknown'] : verdicts);
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

interface NamedImages {
  /** Each once. */
  readonly references: readonly string[];
  readonly unreadable: readonly { readonly place: string; readonly reason: string }[];
}

/** What the command line names, and what files name. */
function namedImages(references: readonly string[], files: readonly string[]): NamedImages {
  const found = new Set(references);
  const unreadable: { place: string; reason: string }[] = [];
  for (const path of files) {
    for (const use of findImages(readReferenceFile(path).text, path)) {
      const reference = readUse(use);
      if (reference !== null) found.add(formatReference(reference));
      else {
        const reason = use.obstacle ?? `${JSON.stringify(use.written)} is not an image reference`;
        unreadable.push({ place: `${path}:${use.line}:${use.column}`, reason });
      }
    }
  }
  if (found.size + unreadable.length === 0) {
    throw new CliError('USAGE', 'no image is named', {
      remedy: 'Name one, or a file that names some with --all.',
    });
  }
  return { references: [...found], unreadable };
}

function readEvidence(file: string, workingDirectory: string): EvidenceFile {
  const path = resolve(workingDirectory, file);
  try {
    return { name: file, bytes: readFileSync(path) };
  } catch (cause) {
    throw new TrustError('EVIDENCE_FILE_INVALID', `${file} cannot be read`, { subject: file, cause });
  }
}
