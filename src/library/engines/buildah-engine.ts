/**
 * Builds with buildah, which needs no daemon. Storage, configuration and home lie in scratch; parents come from their layouts, and no
 * registry is asked for anything.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import type { Environment } from '../../oci/registry/credentials.ts';
import { systemErrorCode } from '../../oci/sources/host-file.ts';
import { createBuildLog } from './build-log.ts';
import {
  BUILDAH_FILES,
  buildahConfiguration,
  type BuildahSettings,
  buildCommand,
  inNamespaces,
  nameParents,
  parentCommands,
  pushCommand,
} from './buildah-commands.ts';
import { builderEnvironment } from './builder-environment.ts';
import { contextFile } from './context-file.ts';
import type { BuildEngine, BuildOutcome, BuildRequest, EngineDescription } from './engine.ts';
import { deliverLayout } from './layout-delivery.ts';
import { writeParentLayout } from './parent-layout.ts';
import { programAnswer } from './program-answer.ts';
import { runBuilder } from './run-builder.ts';

/** @param environment of which only the way to programs and proxies are passed on */
export function buildahEngine(settings: BuildahSettings, environment: Environment): BuildEngine {
  return {
    describe: () => describe(settings, environment),
    build: (request) => build(settings, environment, request),
  };
}

async function describe(settings: BuildahSettings, environment: Environment): Promise<EngineDescription> {
  const said = await programAnswer({
    program: 'buildah',
    args: ['--version'],
    folder: tmpdir(),
    environment: { PATH: environment['PATH'] },
  });
  const { isolation, storageDriver } = settings;
  const version = /^buildah version (\S+)/.exec(said)?.[1] ?? said.trim().slice(0, 100);
  return { name: 'buildah', version, parts: { isolation, storageDriver } };
}

async function build(
  settings: BuildahSettings,
  environment: Environment,
  request: BuildRequest,
): Promise<BuildOutcome> {
  const { scratch, signal, context } = request;
  const file = await contextFile(context, request.file);
  const parents = nameParents(request.parents);
  const own = await buildahEnvironment(settings, environment, scratch);
  for (const parent of parents) await writeParentLayout(join(scratch, parent.folder), parent);

  const isRoot = process.getuid?.() === 0;
  const log = createBuildLog(request.log);
  const run = (args: readonly string[]): Promise<void> =>
    runBuilder({ ...inNamespaces(args, isRoot), folder: scratch, environment: own, log, signal });
  try {
    for (const command of parents.flatMap((parent) => parentCommands(settings, parent))) await run(command);
    await run(buildCommand(settings, request, { context: resolve(context), file, parents }));
    await run(pushCommand(settings));
    return await deliverLayout(join(scratch, BUILDAH_FILES.layout), request);
  } finally {
    log.close();
    await removeStorage(scratch, own);
  }
}

async function buildahEnvironment(
  settings: BuildahSettings,
  environment: Environment,
  scratch: string,
): Promise<Environment> {
  const own = await builderEnvironment(environment, scratch);
  await mkdir(scratch, { recursive: true });
  for (const [name, content] of Object.entries(buildahConfiguration(settings)))
    await writeFile(join(scratch, name), content);
  return {
    ...own,
    CONTAINERS_CONF: join(scratch, BUILDAH_FILES.containers),
    CONTAINERS_STORAGE_CONF: join(scratch, BUILDAH_FILES.stores),
    XDG_RUNTIME_DIR: own['TMPDIR'],
  };
}

/** Without root, files of a build belong to users that only exist in the namespace that buildah makes. */
async function removeStorage(scratch: string, environment: Environment): Promise<void> {
  const folders = [BUILDAH_FILES.storage, BUILDAH_FILES.run, BUILDAH_FILES.layout];
  try {
    for (const folder of folders) await rm(join(scratch, folder), { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(systemErrorCode(error))) throw error;
    const log = createBuildLog(() => undefined);
    const args = ['unshare', 'rm', '-rf', '--', ...folders];
    await runBuilder({ program: 'buildah', args, folder: scratch, environment, log });
  }
}
