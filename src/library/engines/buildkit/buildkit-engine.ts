/** Builds with a BuildKit daemon, which may be rootless and elsewhere: context, parents and result go through `buildctl`. */
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Environment } from '../../../oci/registry/credentials.ts';
import { createBuildLog } from '../build-log.ts';
import { builderEnvironment } from '../program/builder-environment.ts';
import {
  BUILDKIT_FILES,
  buildkitCommand,
  type BuildkitSettings,
  daemonOptions,
  sourcePolicy,
} from './buildkit-command.ts';
import { contextFile } from '../context-file.ts';
import type { BuildEngine, BuildOutcome, BuildRequest, EngineDescription } from '../engine.ts';
import { deliverLayout } from '../layouts/layout-delivery.ts';
import { programAnswer } from '../program/program-answer.ts';
import { runBuilder } from '../program/run-builder.ts';

/** By which buildctl finds its daemon where no address is set. That of a rootless one it never guesses. */
const DAEMON_VARIABLES = ['BUILDKIT_HOST'];

export function buildkitEngine(settings: BuildkitSettings, environment: Environment): BuildEngine {
  return {
    describe: () => describe(settings, environment),
    build: (request) => build(settings, environment, request),
  };
}

/** It is the daemon that builds, so its version counts. */
async function describe(settings: BuildkitSettings, environment: Environment): Promise<EngineDescription> {
  const passed = ['PATH', ...DAEMON_VARIABLES].map((name) => [name, environment[name]] as const);
  const said = await programAnswer({
    program: 'buildctl',
    args: [...daemonOptions(settings), 'debug', 'info'],
    folder: tmpdir(),
    environment: Object.fromEntries(passed),
  });
  const [, version = 'unknown', revision = ''] = /^BuildKit:\s+\S+\s+(\S+)[ \t]*(\S*)/m.exec(said) ?? [];
  return {
    name: 'buildkit',
    version: revision === '' ? version : `${version} ${revision}`,
    parts: { frontend: settings.frontend ?? 'dockerfile.v0' },
  };
}

async function build(
  settings: BuildkitSettings,
  environment: Environment,
  request: BuildRequest,
): Promise<BuildOutcome> {
  const { scratch, signal } = request;
  const context = resolve(request.context);
  const file = await contextFile(context, request.file);
  const inputs = { context, folder: dirname(file), file: basename(file) };
  const own = await builderEnvironment(environment, scratch, DAEMON_VARIABLES);
  await writeFile(join(scratch, BUILDKIT_FILES.policy), sourcePolicy(settings));
  const log = createBuildLog(request.log);
  const made = join(scratch, BUILDKIT_FILES.layout);
  try {
    const args = buildkitCommand(settings, request, inputs);
    await runBuilder({ program: 'buildctl', args, folder: scratch, environment: own, log, signal });
    return await deliverLayout(made, request);
  } finally {
    log.close();
  }
}
