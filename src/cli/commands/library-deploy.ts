import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { deploy, type DeployOutcome } from '../../library/deploy/deploy.ts';
import { formatDeployInput } from '../../library/deploy/deploy-input.ts';
import { formatDeployReference } from '../../library/deploy/deploy-reference.ts';
import { openDeployStores } from '../../library/deploy/deploy-stores.ts';
import { readDeployStream } from '../../library/deploy/read-deploy-stream.ts';
import { LibraryError } from '../../library/errors.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import { connectionOf } from '../connection.ts';
import { CliError } from '../errors.ts';
import type { ConnectionFlags } from '../options.ts';
import type { Terminal } from '../terminal.ts';

const AT_A_TIME = 8;

export interface DeployFlags extends ConnectionFlags {
  readonly dryRun?: true;
  readonly parallel?: true;
}

/** @param file a path, or `-` for standard input */
export async function deployObjects(
  file: string,
  flags: DeployFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { stdout, stderr, signal } = terminal;
  const counts: Record<DeployOutcome['kind'], number> = { unchanged: 0, deployed: 0, missing: 0, failed: 0 };
  const stores = openDeployStores(connectionOf(flags, terminal));
  try {
    const outcomes = deploy(readDeployStream(readText(file, terminal)), stores, {
      isDryRun: flags.dryRun === true,
      atATime: flags.parallel === true ? AT_A_TIME : 1,
      signal,
    });
    for await (const outcome of outcomes) {
      const { kind, input, place, error } = outcome;
      counts[kind] += 1;
      if (kind === 'missing') stdout.write(`${JSON.stringify(formatDeployInput(input), null, '\t')}\n`);
      const why = error === null ? '' : `: ${error.code}: ${error.message}`;
      if (flags.quiet !== true || error !== null)
        stderr.write(`${escapeTerminal(`${kind} ${formatDeployReference(place)}${why}`)}\n`);
    }
  } finally {
    await stores.close();
  }
  if (flags.quiet !== true) stderr.write(`${summary(counts)}\n`);
  return counts.failed > 0 ? 1 : 0;
}

function summary({ unchanged, deployed, missing, failed }: Record<DeployOutcome['kind'], number>): string {
  return [
    `${plural(deployed, 'object')} deployed`,
    ...(missing > 0 ? [`${missing} would be`] : []),
    `${unchanged} unchanged`,
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(', ');
}

async function* readText(file: string, { stdin, workingDirectory }: Terminal): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new LibraryError('DOCUMENT_INVALID', 'what is to be deployed is not UTF-8', { cause });
    }
  };
  for await (const bytes of openInput(file, stdin, workingDirectory)) yield decode(bytes);
  yield decode();
}

async function* openInput(
  file: string,
  stdin: Terminal['stdin'],
  workingDirectory: string,
): AsyncGenerator<Uint8Array, void> {
  if (file === '-') {
    if (stdin === undefined) throw new CliError('USAGE', 'there is no standard input to be deployed');
    yield* stdin;
    return;
  }
  try {
    for await (const chunk of createReadStream(resolve(workingDirectory, file))) yield chunk as Buffer;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('USAGE', `cannot read ${file}: ${reason}`, { cause });
  }
}
