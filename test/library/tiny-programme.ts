/** A programme that runs in a second: commits, definitions, keys and an engine of its own, and nothing of it is executed. */
import { spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { toolVersion } from '../../src/assess/tool-version.ts';
import type { RunEvent } from '../../src/library/running/run-event.ts';
import { runProgramme, type RunProgrammeOptions } from '../../src/library/running/run-programme.ts';
import type { Stock } from '../../src/library/running/stock/take-stock.ts';
import { buildRepository, type RepositoryFile } from '../git/build-repository.ts';
import { tarArchive } from '../images/tar-writer.ts';
import { newPem } from './publishing.ts';
import { dpkgStatus } from './verifying.ts';

export const HALLMARK = resolve(import.meta.dirname, '../../bin/hallmark.js');
/** The engine, by its command; further arguments make it another one. */
export const TINY_ENGINE = [process.execPath, resolve(import.meta.dirname, 'tiny-engine.ts')] as const;

export interface TinyRecipe {
  /** Files of the commit that everything is built from; default: those of {@link THREE_LEVELS}. */
  readonly images: Readonly<Record<string, RepositoryFile>>;
  /** Definition files by repository: what stands below `GitCommit`. */
  readonly definitions: Readonly<Record<string, string>>;
  /** Lines for `programme.yaml`, which take the place of those with the same name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The root file system of a base. */
export const ROOT: RepositoryFile = {
  mode: '100644',
  content: tarArchive([
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
    { path: 'etc/passwd', content: 'root:*:0:0::/root:/bin/sh\n' },
    dpkgStatus({ libc6: '2.36-9' }),
  ]),
};

/** Entries of one line: `tags` built from a directory. */
export function entry(tags: string, directory: string, more = ''): string {
  return `Tags: ${tags}\nDirectory: ${directory}\n${more}`;
}

const BOTH = 'Architectures: amd64, arm64v8\n';
export const IMPORTED = 'File: rootfs.tar\nBuilder: oci-import\n';

/** A base, an image on it and one on that; the last one on one architecture only. */
export const THREE_LEVELS: TinyRecipe = {
  images: {
    'base/rootfs.tar': ROOT,
    'app/Dockerfile': 'FROM base:1\n',
    'site/Dockerfile': 'FROM app:1\n',
  },
  definitions: {
    base: entry('1, latest', 'base', BOTH + IMPORTED),
    app: entry('1, latest', 'app', BOTH),
    site: entry('1', 'site'),
  },
};

/**
 * Writes a programme to a folder.
 *
 * @param host of the registry for quarantine and public
 * @returns the commit of its images
 */
export function writeTinyProgramme(folder: string, host: string, recipe: TinyRecipe = THREE_LEVELS): string {
  const [commit = ''] = buildRepository(join(folder, 'git/images.git'), [{ files: recipe.images }]);
  mkdirSync(join(folder, 'library'), { recursive: true });
  for (const [name, text] of Object.entries(recipe.definitions)) {
    writeFileSync(join(folder, 'library', name), definition(commit, text));
  }
  for (const role of ['verifier', 'publisher']) {
    writeFileSync(join(folder, `${role}.key`), newPem(), { mode: 0o600 });
  }
  writeTinySettings(folder, host, recipe.settings);
  return commit;
}

/** A whole definition file. */
export function definition(commit: string, text: string): string {
  return `Maintainers: Ann Author <ann@example.org> (@ann)\nGitRepo: https://git.example.org/images.git\nGitCommit: ${commit}\n\n${text}`;
}

/** Writes the public key of a role into the programme's folder. @returns the file */
export function publicKeyFile(folder: string, role: 'verifier' | 'publisher'): string {
  const key = createPublicKey(createPrivateKey(readFileSync(join(folder, `${role}.key`))));
  const file = join(folder, `${role}.pub`);
  writeFileSync(file, key.export({ type: 'spki', format: 'pem' }));
  return file;
}

/** As `programme.yaml` names it. */
export function tinyEngine(...further: readonly string[]): string {
  return `{ kind: command, command: ${JSON.stringify([...TINY_ENGINE, ...further])} }`;
}

export function writeTinySettings(
  folder: string,
  host: string,
  changes: Readonly<Record<string, string>> = {},
): void {
  const engine = tinyEngine();
  const settings = {
    schema: 'hallmark.programme/1',
    name: 'tiny',
    state: 'state',
    git: '{ rewrites: [{ from: "https://git.example.org/", to: git/ }] }',
    registry: `{ quarantine: "${host}/quarantine", public: "${host}/library", plainHttp: true }`,
    engines: `{ amd64: ${engine}, arm64v8: ${engine} }`,
    roles: '{ verifier: { key: verifier.key }, publisher: { key: publisher.key } }',
    rules: '{ settle: 0s }',
    ...changes,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(folder, 'programme.yaml'), lines.join(''));
}

export interface TinyRun {
  readonly stock: Stock;
  readonly events: readonly RunEvent[];
}

/** Runs it in this process. */
export async function runTinyProgramme(
  folder: string,
  options: Partial<RunProgrammeOptions> = {},
): Promise<TinyRun> {
  const events: RunEvent[] = [];
  const stock = await runProgramme({
    folder,
    roles: new Set(['build', 'verify', 'publish']),
    openDatabase: () => null,
    databaseFingerprint: () => 'none',
    environment: surroundings(),
    ask: async () => null,
    offline: false,
    version: toolVersion(),
    now: () => Date.now(),
    signal: new AbortController().signal,
    ...options,
    onEvent(event) {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { stock, events };
}

/** What programs are found by, and nothing else of whoever runs the tests. */
export function surroundings(): Readonly<Record<string, string>> {
  return { PATH: process.env['PATH'] ?? '' };
}

export interface EndedProcess {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** A program that starts it, with its arguments. */
  readonly through?: readonly string[];
  /** Of Node itself. */
  readonly execArguments?: readonly string[];
  /** Told what it writes on standard error, as it writes it. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs the command line in a process of its own. */
export function hallmarkProcess(
  folder: string,
  args: readonly string[],
  { environment = {}, through = [], execArguments = [], onStderr }: ProcessOptions = {},
): Promise<EndedProcess> {
  const [program, ...before] = [...through, process.execPath];
  const child = spawn(program, [...before, ...execArguments, HALLMARK, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...surroundings(), HOME: folder, ...environment },
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => (written.stdout += part.toString()));
  child.stderr.on('data', (part: Buffer) => {
    written.stderr += part.toString();
    onStderr?.(part.toString(), (signal) => child.kill(signal));
  });
  return new Promise((end) => {
    child.on('close', (status, signal) => end({ status, signal, ...written }));
  });
}
