/** Builds with buildah, which needs no daemon. Parents come from their layouts, and no registry is asked for anything. */
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Environment } from '../../../oci/registry/credentials.ts';
import { createBuildLog } from '../build-log.ts';
import { BUILDAH_FILES, type BuildahSettings, buildCommand, pushCommand } from './buildah-commands.ts';
import { openBuildahStorage } from './buildah-storage.ts';
import { contextFile } from '../context-file.ts';
import type { BuildEngine, BuildOutcome, BuildRequest, EngineDescription } from '../engine.ts';
import { deliverLayout } from '../layouts/layout-delivery.ts';
import { programAnswer } from '../program/program-answer.ts';

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
  const { scratch, signal } = request;
  const context = resolve(request.context);
  const original = await contextFile(context, request.file);
  const log = createBuildLog(request.log);
  const buildah = await openBuildahStorage(settings, { scratch, environment, log, signal });
  try {
    const file = await plainFile(original, scratch);
    const parents = await buildah.load(request.parents);
    await buildah.run(buildCommand(settings, request, { context, file, parents }));
    await buildah.run(pushCommand(settings));
    return await deliverLayout(join(scratch, BUILDAH_FILES.layout), request);
  } finally {
    log.close();
    await buildah.remove();
  }
}

/**
 * Under another name where it ends in `.in`: over such a file buildah runs the preprocessor of C, outside of any build, and
 * `#include` would read whatever this machine has.
 */
async function plainFile(file: string, scratch: string): Promise<string> {
  if (!file.endsWith('.in')) return file;
  const copy = join(scratch, BUILDAH_FILES.dockerfile);
  await copyFile(file, copy);
  return copy;
}
