/**
 * Builds with a program of one's own: agents on other machines, Windows, emulators. `PROGRAM … describe` says what it is,
 * `PROGRAM … build` is told an order on standard input and leaves a layout. docs/engines.md.
 */
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseJson } from '../../../formats/json.ts';
import type { Environment } from '../../../oci/registry/credentials.ts';
import { LibraryError } from '../../errors.ts';
import type { EngineSettings } from '../../programme/programme.ts';
import { createBuildLog } from '../build-log.ts';
import { buildOrder, ProgramDescription } from './build-order.ts';
import { builderEnvironment } from './builder-environment.ts';
import type { BuildEngine, BuildOutcome, BuildRequest, EngineDescription } from '../engine.ts';
import { deliverLayout } from '../layouts/layout-delivery.ts';
import { programAnswer } from './program-answer.ts';
import { runBuilder } from './run-builder.ts';

export type CommandSettings = Extract<EngineSettings, { kind: 'command' }>;

export function commandEngine({ command }: CommandSettings, environment: Environment): BuildEngine {
  return {
    describe: () => describe(command, environment),
    build: (request) => build(command, environment, request),
  };
}

type Command = CommandSettings['command'];

async function describe([program, ...args]: Command, environment: Environment): Promise<EngineDescription> {
  const said = await programAnswer({
    program,
    args: [...args, 'describe'],
    folder: tmpdir(),
    environment: { PATH: environment['PATH'] },
  });
  const { data, error } = ProgramDescription.safeParse(parseJson(said));
  if (data !== undefined) return { name: basename(program), version: data.version, parts: data.parts };
  const message = `${program} does not describe itself as JSON with a version`;
  throw new LibraryError('ENGINE_MISSING', message, { subject: program, cause: error });
}

async function build(
  [program, ...args]: Command,
  environment: Environment,
  request: BuildRequest,
): Promise<BuildOutcome> {
  const { scratch, signal } = request;
  const own = await builderEnvironment(environment, scratch);
  const made = join(scratch, 'layout');
  const log = createBuildLog(request.log);
  const input = JSON.stringify(buildOrder(request, made));
  try {
    await runBuilder({
      program,
      args: [...args, 'build'],
      folder: scratch,
      environment: own,
      input,
      log,
      signal,
    });
    return await deliverLayout(made, request);
  } finally {
    log.close();
  }
}
