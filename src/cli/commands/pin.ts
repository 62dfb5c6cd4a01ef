import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createDigestResolver } from '../../assess/resolve-digests.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { OciError } from '../../oci/errors.ts';
import { ReferenceFileError } from '../../references/errors.ts';
import { describeUse } from '../../references/pin.ts';
import { type PinnedFile, pinFile, type PinResult } from '../../references/pin-files.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { readReferenceFile } from '../images-in-files.ts';
import type { ConnectionFlags } from '../options.ts';
import { createStatusLine, showProgress } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export const PIN_FORMATS = ['terminal', 'json'] as const;

export interface PinFlags extends ConnectionFlags {
  readonly update?: boolean;
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
  const files = paths.map(readReferenceFile);
  const line = createStatusLine(terminal.stderr, { quiet: flags.quiet === true, now: terminal.now });
  const resolve = createDigestResolver({
    environment: terminal.environment,
    offline: flags.offline === true,
    registry: { plainHttp: flags.plainHttp, mirrors: flags.mirror },
    signal: terminal.signal,
    onProgress: showProgress(line),
  });
  const pinned: PinnedFile[] = [];
  try {
    for (const file of files) {
      pinned.push(
        await pinFile(file, {
          update: flags.update === true,
          async resolve(reference) {
            const digest = await resolve(reference);
            return digest instanceof OciError
              ? { digest: null, reason: `${digest.code}: ${digest.message}` }
              : { digest };
          },
        }),
      );
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

/** Beside its place and then into it, with the permissions that it had. */
function writePinned({ path, text }: PinnedFile, before: string | undefined): void {
  if (text === before) return;
  const place = realpathSync(path);
  const partial = `${place}.${process.pid}.partial`;
  try {
    writeFileSync(partial, text, { flag: 'wx' });
    chmodSync(partial, statSync(place).mode & 0o7777);
    renameSync(partial, place);
  } catch (cause) {
    rmSync(partial, { force: true });
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
