import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Architecture } from '../../definitions/architectures.ts';
import { followAttempt, passOnAttempt } from '../../library/logs/attempt-log.ts';
import { describeAttempt, formatAttempts } from '../../library/logs/format-attempts.ts';
import { readAttemptLog, toAttemptsDocument, toPublishedDocument } from '../../library/logs/log-documents.ts';
import { createLogPrinter } from '../../library/logs/log-printer.ts';
import { withAttempts } from '../../library/logs/open-attempts.ts';
import { readPublishedLog } from '../../library/logs/published-log.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatJson } from '../../report/json.ts';
import { parsePublicKey, type PublicKey } from '../../trust/material/keys.ts';
import { connectionOf } from '../connection.ts';
import { CliError } from '../errors.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import type { ConnectionFlags } from '../options.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface LogFlags extends ProgrammeFlags, ConnectionFlags {
  readonly arch?: Architecture;
  readonly attempt?: number;
  readonly all?: true;
  readonly follow?: true;
  readonly key?: string;
  readonly format: 'terminal' | 'json';
}

/** @param reference with a registry where there is a slash in it: names of a programme have none */
export async function tellLog(reference: string, flags: LogFlags, terminal: Terminal): Promise<ExitStatus> {
  const isPublished = reference.includes('/');
  refuse(isPublished && flags.attempt !== undefined, '--attempt is for images of the programme');
  refuse(isPublished && flags.all === true, '--all is for images of the programme');
  refuse(isPublished && flags.follow === true, '--follow is for images of the programme');
  refuse(!isPublished && flags.key !== undefined, '--key is for images in a registry');
  refuse(flags.all === true && flags.follow === true, 'give --all or --follow');
  refuse(flags.format === 'json' && flags.follow === true, 'what is followed cannot be told as JSON');
  await (isPublished ? tellPublished(reference, flags, terminal) : tellOwn(reference, flags, terminal));
  return 0;
}

function refuse(isWrong: boolean, message: string): void {
  if (isWrong) throw new CliError('USAGE', message);
}

async function tellPublished(reference: string, flags: LogFlags, terminal: Terminal): Promise<void> {
  const { stdout, stderr, now } = terminal;
  const document = toPublishedDocument(
    reference,
    await readPublishedLog({
      reference,
      architecture: flags.arch ?? null,
      key: flags.key === undefined ? null : readKey(flags.key, terminal),
      connection: connectionOf(flags, terminal),
      now: new Date(now()),
    }),
  );
  if (flags.format === 'json') {
    stdout.write(formatJson(document));
    return;
  }
  const { image, digest, vouchedBy, text } = document;
  const voucher =
    vouchedBy === null
      ? 'nobody vouches for it; give the public key of its publisher with --key'
      : `provenance signed by the key ${vouchedBy} names it`;
  if (flags.quiet !== true) stderr.write(`the log ${digest} of ${image}: ${voucher}\n`);
  await print(stdout, (write) => write(text));
}

function tellOwn(reference: string, flags: LogFlags, terminal: Terminal): Promise<void> {
  const { environment, stdout, stderr, signal } = terminal;
  const choice = { reference, architecture: flags.arch ?? null, id: flags.attempt ?? null };
  return withAttempts(programmeFolder(flags, terminal), choice, async ({ attempts, settings, state }) => {
    const [attempt] = attempts;
    if (flags.all === true) {
      stdout.write(
        flags.format === 'json'
          ? formatJson(toAttemptsDocument(attempts, settings))
          : formatAttempts(attempts, settings, styleFor(stdout, environment)),
      );
    } else if (flags.format === 'json') {
      stdout.write(formatJson(readAttemptLog(reference, attempt, settings)));
    } else {
      if (flags.quiet !== true) stderr.write(`${describeAttempt(attempt)}: ${attempt.outcome.kind}\n`);
      await print(stdout, async (write) => {
        if (flags.follow === true) await followAttempt(attempt, { settings, state, write, signal });
        else passOnAttempt(attempt, { settings, write });
      });
    }
  });
}

/** Line by line, so that nothing in it acts on the terminal. */
async function print(
  stdout: Terminal['stdout'],
  work: (write: (text: string) => void) => Promise<void> | void,
): Promise<void> {
  const printer = createLogPrinter((text) => stdout.write(text));
  await work(printer.print);
  printer.end();
}

function readKey(file: string, { workingDirectory }: Terminal): PublicKey {
  const path = resolve(workingDirectory, file);
  try {
    return parsePublicKey(readFileSync(path), file);
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new CliError('USAGE', `cannot read the key ${file}: ${cause.message}`, { cause });
  }
}
