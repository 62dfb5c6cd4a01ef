/**
 * Runs the tests of an image, without a container engine: each in namespaces of its own, with a network that leads nowhere, on
 * buildah's storage in a folder that is removed with it. Tests are the programme's own scripts and run on this machine; what is in the
 * image runs in a chroot, without a credential.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Architecture } from '../../../definitions/architectures.ts';
import type { Digest } from '../../../model/digest.ts';
import type { Environment } from '../../../oci/registry/credentials.ts';
import { systemErrorCode } from '../../../oci/sources/host-file.ts';
import {
  type BuildahSettings,
  endingWithUs,
  globalOptions,
  OWN_NAMESPACES,
} from '../../engines/buildah/buildah-commands.ts';
import { createBuildLog } from '../../engines/build-log.ts';
import { type BuildahStorage, openBuildahStorage } from '../../engines/buildah/buildah-storage.ts';
import { runBuilder } from '../../engines/program/run-builder.ts';
import { LibraryError } from '../../errors.ts';
import type { AdapterSettings } from './adapter-containers.ts';
import type { ImageTestResult, SelectedTest } from './image-test.ts';

const ADAPTER = new URL(`./docker-adapter${extname(import.meta.url)}`, import.meta.url);
const MAX_OUTPUT = 1024 * 1024;

export interface TestedImage {
  /** `repo:tag`, as tests are told it. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly digest: Digest;
  /** Folder of an OCI layout. */
  readonly layout: string;
}

export interface TestRunOptions {
  readonly buildah: BuildahSettings;
  /** An empty folder; the caller removes it. */
  readonly scratch: string;
  /** Of it only the way to programs is passed on. */
  readonly environment: Environment;
  /** For each test. */
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Every test that was selected, with what came of it. */
export async function runImageTests(
  image: TestedImage,
  tests: readonly SelectedTest[],
  options: TestRunOptions,
): Promise<ReadonlyMap<string, ImageTestResult>> {
  const scripts = tests.flatMap(({ name, folder }) => {
    const place = folder ?? writeOwnScript(name, options.scratch);
    return place === null ? [] : [{ name, folder: place }];
  });
  const results = new Map(
    tests.map(({ name }) => [name, notTested('the programme has no script of this name')]),
  );
  if (scripts.length === 0) return results;
  const obstacle = obstacleTo(image);
  if (obstacle !== null) {
    for (const { name } of scripts) results.set(name, notTested(obstacle));
    return results;
  }
  const { buildah, scratch, environment, signal } = options;
  const log = createBuildLog(() => undefined);
  const storage = await openBuildahStorage(buildah, {
    scratch,
    environment: { PATH: environment['PATH'] },
    log,
    signal,
  });
  try {
    const missing = await failureOf(() =>
      storage.load([{ from: image.name, digest: image.digest, layout: image.layout }]),
    );
    for (const script of scripts) {
      const result =
        missing === null ? await runTest(image, script, storage, options) : notTested(missing.message);
      results.set(script.name, result);
    }
    return results;
  } finally {
    await storage.remove();
  }
}

/** The one of the three tests of all images that their layers do not always answer, for programmes without scripts. */
const OWN_SCRIPTS: Readonly<Record<string, string>> = {
  'override-cmd': `#!/bin/sh
said="said $$"
found=$(docker run --rm --entrypoint echo "$1" "$said" 2>/dev/null)
# without "echo" it is an image of a single program
[ "$found" = "$said" ] || exit 0
[ "$(docker run --rm "$1" echo "$said")" = "$said" ]
`,
};

/** @returns its folder; null for a test that is not one of ours */
function writeOwnScript(name: string, scratch: string): string | null {
  const script = Object.hasOwn(OWN_SCRIPTS, name) ? OWN_SCRIPTS[name] : undefined;
  if (script === undefined) return null;
  const folder = join(scratch, 'own', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.sh'), script, { mode: 0o755 });
  return folder;
}

const notTested = (because: string): ImageTestResult => ({ result: 'not-checked', because });

/** Which architectures this machine runs without an emulator. */
const RUNS: Readonly<Partial<Record<string, readonly Architecture[]>>> = {
  x64: ['amd64', 'i386'],
  arm64: ['arm64v8'],
  ppc64: ['ppc64le'],
  s390x: ['s390x'],
  riscv64: ['riscv64'],
};

/** Why nothing can be run here; null where it can. */
function obstacleTo({ architecture }: TestedImage): string | null {
  if (RUNS[process.arch]?.includes(architecture) !== true)
    return `this machine (${process.arch}) does not run ${architecture}`;
  return process.getuid?.() === 0 ? null : 'only root may make the namespaces in which tests run';
}

async function runTest(
  image: TestedImage,
  { name, folder }: { readonly name: string; readonly folder: string },
  storage: BuildahStorage,
  options: TestRunOptions,
): Promise<ImageTestResult> {
  const { scratch, timeoutSeconds, signal } = options;
  const state = join(scratch, 'tests', name);
  const environment = testEnvironment(state, storage, options);
  const limit = AbortSignal.timeout(timeoutSeconds * 1000);
  const output: Buffer[] = [];
  let bytes = 0;
  const failure = await failureOf(() =>
    runBuilder({
      ...inSandbox(join(folder, 'run.sh'), image.name),
      folder: state,
      environment,
      log: createBuildLog(() => undefined),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      onAnswer(chunk) {
        bytes += chunk.length;
        if (bytes <= MAX_OUTPUT) output.push(chunk);
      },
    }),
  );
  // each has a copy of the image; what cannot be removed goes with the storage
  await failureOf(() => storage.run([...globalOptions(options.buildah), 'rm', '--all']));
  const missed = readIfThere(join(state, UNSUPPORTED))?.split('\n', 1)[0];
  if (missed !== undefined)
    return {
      result: 'not-checked',
      because: `without a container engine there is no way to do this: ${missed}`,
    };
  if (failure !== null) return { result: 'failed', because: failure.message };
  if (bytes > MAX_OUTPUT) return { result: 'failed', because: `it wrote more than ${MAX_OUTPUT} bytes` };
  return compareOutput(
    Buffer.concat(output).toString('utf8'),
    readIfThere(join(folder, 'expected-std-out.txt')),
  );
}

/** Written by the adapter: what a test asked for in vain. */
const UNSUPPORTED = 'unsupported';

/** The adapter first on the PATH, under the name that tests know. */
function testEnvironment(
  state: string,
  { environment }: BuildahStorage,
  { scratch, buildah }: TestRunOptions,
): Environment {
  const programs = join(state, 'bin');
  mkdirSync(programs, { recursive: true });
  const settings: AdapterSettings = {
    state,
    folder: scratch,
    buildah: ['buildah', ...globalOptions(buildah)],
    isolation: buildah.isolation,
    storageDriver: buildah.storageDriver,
  };
  const file = join(state, 'adapter.json');
  writeFileSync(file, JSON.stringify(settings));
  const words = [process.execPath, fileURLToPath(ADAPTER), file].map(quoteForShell);
  writeFileSync(join(programs, 'docker'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
  const own = { HOME: join(state, 'home'), TMPDIR: join(state, 'tmp') };
  for (const folder of Object.values(own)) mkdirSync(folder, { recursive: true });
  return { ...environment, ...own, PATH: `${programs}:${environment['PATH']}` };
}

const quoteForShell = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Processes, network and mounts of its own; whatever it started ends with it. unshare(1) */
function inSandbox(
  script: string,
  image: string,
): { readonly program: string; readonly args: readonly string[] } {
  return endingWithUs(['unshare', ...OWN_NAMESPACES, '--net', '--ipc', '--uts', '--', script, image]);
}

/** Null where a program ended well. */
async function failureOf(run: () => Promise<unknown>): Promise<LibraryError | null> {
  try {
    await run();
    return null;
  } catch (error) {
    if (error instanceof LibraryError) return error;
    throw error;
  }
}

/** As official-images' `run.sh` compares it: without carriage returns, and with one line feed at the end. */
function compareOutput(output: string, expected: string | null): ImageTestResult {
  if (expected === null) return { result: 'passed', because: 'its script ended well' };
  const found = `${output.replaceAll('\0', '').replace(/\n+$/, '').replaceAll('\r', '')}\n`;
  return found === expected
    ? { result: 'passed', because: 'its script ended well, and wrote what was expected' }
    : { result: 'failed', because: 'its script wrote something else than was expected' };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
