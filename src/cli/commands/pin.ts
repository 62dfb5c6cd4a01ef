import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { dataDirectory } from '../../assess/directories.ts';
import { createDigestResolver } from '../../assess/resolve-digests.ts';
import { replaceFile } from '../../files/replace-file.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { OciError } from '../../oci/errors.ts';
import { formatReference, type ImageRef } from '../../oci/reference.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { ReferenceFileError } from '../../references/errors.ts';
import { describeUse } from '../../references/pin.ts';
import { type PinnedFile, pinFile, type PinResult, type Resolution } from '../../references/pin-files.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { memoryDirectory } from '../../trust/memory/memory-file.ts';
import { connectionOf } from '../connection.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { readReferenceFile } from '../images-in-files.ts';
import type { ConnectionFlags } from '../options.ts';
import { createStatusLine } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { type TrustFlags, trustRequest } from '../trust-options.ts';

export const PIN_FORMATS = ['terminal', 'json'] as const;

export interface PinFlags extends ConnectionFlags, TrustFlags {
  readonly update?: boolean;
  /** Pins only what is trusted, to the digest that was verified. */
  readonly verify?: boolean;
  /** Changes nothing; 2 when something is not pinned, or no longer what its tag leads to. */
  readonly check?: boolean;
  readonly format: readonly string[];
}

/** Pins the images that files name to digests. Exit status 2 when something is left unpinned. */
export async function pin(
  paths: readonly string[],
  flags: PinFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, PIN_FORMATS);
  refuseUnused(flags);
  const files = paths.map(readReferenceFile);
  const line = createStatusLine(terminal.stderr, { quiet: flags.quiet === true, now: terminal.now });
  const connection = connectionOf(flags, terminal, line);
  const resolve =
    flags.verify === true ? await trustedDigests(connection, flags, terminal) : digestsOf(connection);
  const pinned: PinnedFile[] = [];
  try {
    for (const file of files) {
      pinned.push(await pinFile(file, { update: flags.update === true, resolve }));
    }
  } finally {
    line.clear();
  }
  if (flags.check !== true) pinned.forEach((file, at) => writePinned(file, files[at]?.text));
  const results = pinned.flatMap((file) => file.results);
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(toDocument(results)) : formatPins(results, flags.check === true, style),
    terminal.stdout,
  );
  const isOpen = (result: PinResult): boolean =>
    result.state.kind === 'left' || (flags.check === true && result.state.kind === 'pinned');
  return results.some(isOpen) ? 2 : 0;
}

/** Somebody who says whom to trust believes that it is asked. */
function refuseUnused({ verify, key, policy, certificateIssuer, trustedRoot }: PinFlags): void {
  const isSaid = key.length > 0 || policy !== undefined || certificateIssuer !== undefined;
  if (verify === true || (!isSaid && trustedRoot.length === 0)) return;
  throw new CliError('USAGE', 'whom to trust is said, and nothing is verified', { remedy: 'Add --verify.' });
}

type Resolve = (reference: ImageRef) => Promise<Resolution>;

function digestsOf(connection: ConnectionOptions): Resolve {
  const resolve = createDigestResolver(connection);
  return async (reference) => {
    const digest = await resolve(reference);
    return digest instanceof OciError
      ? { digest: null, reason: `${digest.code}: ${digest.message}` }
      : { digest };
  };
}

/** The digests that were verified, of images that are trusted; each image is verified once. */
async function trustedDigests(
  connection: ConnectionOptions,
  flags: PinFlags,
  terminal: Terminal,
): Promise<Resolve> {
  const { verifyImage } = await import('../../assess/verify-image.ts');
  const { chooseTrust } = await import('../../assess/trust-choice.ts');
  const choice = await chooseTrust(trustRequest(flags, terminal));
  const memory = memoryDirectory(dataDirectory(terminal.environment));
  const verify = async (name: string): Promise<Resolution> => {
    const report = await verifyImage(name, { connection, ...choice, memory, now: terminal.now });
    const { verdict, because, digest } = report;
    return verdict === 'trusted' && digest !== null
      ? { digest }
      : { digest: null, reason: `${verdict}: ${because}` };
  };
  const known = new Map<string, Promise<Resolution>>();
  return (reference) => {
    const name = formatReference(reference);
    const found = known.get(name) ?? verify(name);
    known.set(name, found);
    return found;
  };
}

/** With the permissions that it had; the file that a link leads to. */
function writePinned({ path, text }: PinnedFile, before: string | undefined): void {
  if (text === before) return;
  try {
    replaceFile(path, (partial) => {
      writeFileSync(partial, text);
      chmodSync(partial, statSync(path).mode & 0o7777);
    });
  } catch (cause) {
    throw new ReferenceFileError('REFERENCE_FILE_NOT_WRITTEN', `cannot write ${path}`, {
      subject: path,
      cause,
    });
  }
}

function toDocument(results: readonly PinResult[]): unknown {
  return {
    schema: 'hallmark.pins/1',
    pins: results.map(({ path, use: { line, column, written, reference }, state }) => ({
      file: path,
      line,
      column,
      written,
      reference,
      ...state,
    })),
  };
}

const COLOUR = { pinned: 'green', kept: 'dim', left: 'yellow' } as const;

function formatPins(results: readonly PinResult[], isCheck: boolean, style: Style): string {
  const lines = results.map(({ path, use, state }) => {
    const word = state.kind === 'pinned' && isCheck ? 'to pin' : state.kind;
    const place = `${path}:${use.line}:${use.column}`;
    const rest = state.kind === 'left' ? state.reason : state.digest;
    const painted = style.paint(COLOUR[state.kind], word.padEnd(7));
    return `${painted}${escapeTerminal(`${place}  ${describeUse(use)}  ${rest}`)}\n`;
  });
  const count = (kind: PinResult['state']['kind']) =>
    results.filter(({ state }) => state.kind === kind).length;
  const done = isCheck ? `${count('pinned')} to pin` : `${count('pinned')} pinned`;
  return `${lines.join('')}${plural(results.length, 'image')}: ${done}, ${count('kept')} pinned before, ${count('left')} left\n`;
}
