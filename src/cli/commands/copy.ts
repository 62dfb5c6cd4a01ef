import { dataDirectory } from '../../assess/directories.ts';
import { chooseTrust } from '../../assess/trust-choice.ts';
import { verifyImage } from '../../assess/verify-image.ts';
import { digestAlgorithm, digestHex, type Digest, isDigest } from '../../model/digest.ts';
import type { ExitStatus } from '../../model/errors.ts';
import type { Platform } from '../../model/platform.ts';
import type { TrustReport } from '../../model/trust-report.ts';
import { copyImage, type CopyPlan, type CopyReport } from '../../oci/copy/copy-image.ts';
import { type Destination, keepBeside, openDestination } from '../../oci/copy/destination.ts';
import { OciError } from '../../oci/errors.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import type { ImageReader } from '../../oci/store/image-store.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import { formatCopyOutcome } from '../../report/copy.ts';
import { formatJson } from '../../report/json.ts';
import { memoryDirectory } from '../../trust/memory/memory-file.ts';
import { connectionOf } from '../connection.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ConnectionFlags } from '../options.ts';
import { createStatusLine, type StatusLine } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { type TrustFlags, trustRequest } from '../trust-options.ts';
import { verdictStatus } from './verify.ts';

export interface CopyFlags extends ConnectionFlags, TrustFlags {
  readonly platform?: Platform;
  readonly allPlatforms?: boolean;
  readonly verify: boolean;
  readonly as?: string;
  readonly format: readonly string[];
}

interface Transfer {
  readonly source: string;
  readonly destination: string;
  readonly platform: CopyPlan['platform'];
  /** Leaves the verdict beside the image. */
  readonly isRecorded: boolean;
}

export function copy(
  source: string,
  destination: string,
  flags: CopyFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  return transfer(
    { source, destination, platform: flags.platform ?? 'all', isRecorded: false },
    flags,
    terminal,
  );
}

export function pull(
  source: string,
  destination: string,
  flags: CopyFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  if (!/^oci-(?:dir|archive):/.test(destination)) {
    throw new CliError('USAGE', `${JSON.stringify(destination)} is neither a layout nor an archive`, {
      remedy: 'Write oci-dir:FOLDER or oci-archive:FILE; "hallmark copy" writes to registries.',
    });
  }
  const platform = flags.allPlatforms === true ? 'all' : (flags.platform ?? null);
  return transfer({ source, destination, platform, isRecorded: true }, flags, terminal);
}

async function transfer(asked: Transfer, flags: CopyFlags, terminal: Terminal): Promise<ExitStatus> {
  const { source, destination } = asked;
  refuseContradiction(flags);
  const targets = parseTargets(flags.format, ['terminal', 'json']);
  const { environment, stderr, stdout, now } = terminal;
  const line = createStatusLine(stderr, { quiet: flags.quiet === true, now });
  const connection = connectionOf(flags, terminal, line);
  let verification: TrustReport | null;
  let copied: Copied | null = null;
  try {
    verification = flags.verify ? await verifyFirst(asked, flags, connection, terminal, line) : null;
    if (verification === null || verification.verdict === 'trusted') {
      copied = await copyVerified(asked, verification, connection, line);
    }
  } finally {
    line.clear();
  }
  const outcome = {
    schema: 'hallmark.copy/1',
    source,
    destination,
    tag: copied?.tag ?? null,
    verification,
    copy: copied?.report ?? null,
  } as const;
  const style = styleFor(stdout, environment);
  writeTargets(
    targets,
    (format) => (format === 'json' ? formatJson(outcome) : formatCopyOutcome(outcome, style)),
    stdout,
  );
  return verification === null ? 0 : verdictStatus([verification.verdict]);
}

/** Somebody who names a key believes that it is asked. */
function refuseContradiction({ verify, key, policy, certificateIssuer }: CopyFlags): void {
  if (verify || (key.length === 0 && typeof policy !== 'string' && certificateIssuer === undefined)) return;
  throw new CliError('USAGE', 'whom to trust is said, and --no-verify', {
    remedy: 'Leave out --no-verify, or the options that say whom to trust.',
  });
}

async function verifyFirst(
  { source, platform }: Transfer,
  flags: CopyFlags,
  connection: ConnectionOptions,
  terminal: Terminal,
  line: StatusLine,
): Promise<TrustReport> {
  line.draw(`Verifying ${source}`, true);
  return verifyImage(source, {
    connection,
    ...(await chooseTrust(trustRequest(flags, terminal))),
    platform: platform === 'all' || platform === null ? undefined : platform,
    as: flags.as,
    memory: memoryDirectory(dataDirectory(terminal.environment)),
    now: terminal.now,
  });
}

interface Copied {
  readonly report: CopyReport;
  readonly tag: string | null;
}

/** Copies by the digest that was verified: the tag may lead elsewhere by now. */
async function copyVerified(
  asked: Transfer,
  verification: TrustReport | null,
  connection: ConnectionOptions,
  line: StatusLine,
): Promise<Copied> {
  line.draw(`Copying ${asked.source}`, true);
  const { reader, name } = await openImageReader(asked.source, connection);
  try {
    const digest = verification?.digest ?? (await digestBehind(reader, name, connection.signal));
    const destination = await openDestination(asked.destination, connection);
    const { writer } =
      asked.isRecorded && verification !== null ? withVerdict(destination, verification) : destination;
    // a digest in the destination stands for itself, and otherwise the image keeps the tag that it had
    const kept = destination.digest !== null || isDigest(name) ? null : name;
    const tag = destination.tag ?? kept;
    const expected = expectedOf(asked, verification, destination.digest);
    try {
      const plan = { digest, platform: asked.platform, tag, expected };
      const { onProgress, signal } = connection;
      return { report: await copyImage(reader, writer, plan, { onProgress, signal }), tag };
    } finally {
      await writer.close();
    }
  } finally {
    await reader.close();
  }
}

/** Only what the verdict is about, and what the destination was named as; undefined where neither says anything. */
function expectedOf(
  { platform }: Transfer,
  verification: TrustReport | null,
  named: Digest | null,
): readonly Digest[] | undefined {
  if (verification === null) return named === null ? undefined : [named];
  const root = verification.digest === null ? [] : [verification.digest];
  const verified = platform === 'all' ? root : verification.images.map(({ digest }) => digest);
  return named === null ? verified : verified.filter((digest) => digest === named);
}

async function digestBehind(reader: ImageReader, name: string, signal?: AbortSignal): Promise<Digest> {
  const found = await reader.readManifest(name, signal);
  if (found !== null) return found.digest;
  throw new OciError('MANIFEST_UNKNOWN', `${reader.name} does not have ${name}`, { subject: name });
}

function withVerdict(destination: Destination, verification: TrustReport): Destination {
  const { digest } = verification;
  if (digest === null) return destination;
  const name = `${digestAlgorithm(digest)}-${digestHex(digest)}.verdict.json`;
  return keepBeside(destination, name, formatJson(verification));
}
