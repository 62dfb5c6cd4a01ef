/** buildah with storage, configuration and home in a folder of its own: what is set on this machine does not count, and nothing stays. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Environment } from '../../../oci/registry/credentials.ts';
import { systemErrorCode } from '../../../oci/sources/host-file.ts';
import { type BuildLog, createBuildLog } from '../build-log.ts';
import {
  BUILDAH_FILES,
  buildahConfiguration,
  type BuildahSettings,
  inNamespaces,
  type NamedParent,
  nameParents,
  parentCommands,
} from './buildah-commands.ts';
import { BUILDER_FOLDERS, builderEnvironment } from '../program/builder-environment.ts';
import type { PinnedParent } from '../engine.ts';
import { writeParentLayout } from '../layouts/parent-layout.ts';
import { runBuilder } from '../program/run-builder.ts';

export interface BuildahStorage {
  /** In which buildah runs; its folder is scratch. */
  readonly environment: Environment;
  /** @throws {LibraryError} as `runBuilder` */
  readonly run: (args: readonly string[]) => Promise<void>;
  /** Brings images in, from their layouts, under the names that they are called by. */
  readonly load: (images: readonly PinnedParent[]) => Promise<readonly NamedParent[]>;
  readonly remove: () => Promise<void>;
}

export interface BuildahStorageOptions {
  /** Is made where there is none. */
  readonly scratch: string;
  readonly environment: Environment;
  readonly log: BuildLog;
  readonly signal?: AbortSignal | undefined;
}

export async function openBuildahStorage(
  settings: BuildahSettings,
  { scratch, environment, log, signal }: BuildahStorageOptions,
): Promise<BuildahStorage> {
  const own = await builderEnvironment(environment, scratch);
  for (const [name, content] of Object.entries(buildahConfiguration(settings)))
    await writeFile(join(scratch, name), content);
  const buildahs = {
    ...own,
    CONTAINERS_CONF: join(scratch, BUILDAH_FILES.containers),
    CONTAINERS_STORAGE_CONF: join(scratch, BUILDAH_FILES.stores),
    XDG_RUNTIME_DIR: join(scratch, BUILDAH_FILES.run),
  };
  await mkdir(buildahs.XDG_RUNTIME_DIR, { recursive: true, mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  const run = (args: readonly string[]): Promise<void> =>
    runBuilder({
      ...inNamespaces(args, isRoot),
      name: 'buildah',
      folder: scratch,
      environment: buildahs,
      log,
      signal,
    });
  return {
    environment: buildahs,
    run,
    async load(images) {
      const named = nameParents(images);
      for (const parent of named) {
        await writeParentLayout(join(scratch, parent.folder), parent);
        for (const command of parentCommands(settings, parent)) await run(command);
      }
      return named;
    },
    remove: () => removeStorage(scratch, buildahs),
  };
}

/** Without root, files of a build belong to users that only exist in the namespace that buildah makes. */
async function removeStorage(scratch: string, environment: Environment): Promise<void> {
  const { storage, parents, layout } = BUILDAH_FILES;
  const folders = [storage, parents, layout, BUILDER_FOLDERS.temporary];
  try {
    for (const folder of folders) await rm(join(scratch, folder), { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(systemErrorCode(error))) throw error;
    const log = createBuildLog(() => undefined);
    const args = ['unshare', 'rm', '-rf', '--', ...folders];
    await runBuilder({ program: 'buildah', args, folder: scratch, environment, log });
  }
}
