/**
 * Runs the example programme from nothing: keys, the Debian base, git repositories and a registry are made, then everything is built,
 * examined, signed and published; then the base changes, then an advisory appears. Each step checks that exactly what should be
 * rebuilt is rebuilt.
 *
 *     node examples/programme/run.ts [--small] [--emulate] [--keep FOLDER]
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type BaseArchitecture, changeBase, debianDefinition, makeDebianBase, SUITE } from './prepare/debian-base.ts';
import { commitFolder } from './prepare/git-repository.ts';
import { commitImages, staleDefinitions } from './prepare/image-sources.ts';
import { PACKAGE, startArchive } from './prepare/package-archive.ts';
import { hallmark, missingPrograms, storageDriver } from './prepare/programs.ts';
import { startRegistry } from './prepare/registry.ts';

/** What the smaller programme consists of: three levels all the same. */
const SMALL = ['buildpack-deps', 'python', 'redis', 'toolbox'];
const PROGRAMS = ['buildah', 'debootstrap', 'docker-registry', 'git', 'dpkg-deb'];
const ARCHITECTURES: readonly BaseArchitecture[] = ['amd64', 'arm64v8'];
const DATABASE = 'advisories.sqlite';
const DATE = '2026-11-21T00:00:00Z';
const EPOCH = Date.parse(DATE) / 1000;

const { values: flags } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    emulate: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});

const missing = missingPrograms(PROGRAMS);
if (missing.length > 0) {
  process.stderr.write(`The example needs these programs of Debian: ${missing.join(', ')}\n`);
  process.exit(1);
}

const work = flags.keep === undefined ? mkdtempSync(join(tmpdir(), 'example-programme-')) : resolve(flags.keep);
const here = import.meta.dirname;
process.env['HALLMARK_KEY_PASSWORD'] ??= 'only an example';

async function example(): Promise<void> {
  mkdirSync(work, { recursive: true });
  await using registry = await startRegistry(join(work, 'registry'));
  await using archive = await startArchive();
  archive.release('1.0-1');
  say(`The programme is in ${work}, its registry is ${registry.host}`);

  for (const name of ['documents', 'advisories', 'tests']) cpSync(join(here, name), join(work, name), { recursive: true });
  await makeKeys();
  const images = commitImages(join(work, 'git/images.git'));
  const stale = staleDefinitions(images);
  if (stale.length > 0) throw new Error(`these definitions name another commit than ${images}: ${stale.join(', ')}`);
  copyDefinitions();
  for (const architecture of ARCHITECTURES) {
    const begun = Date.now();
    // of a folder that was kept the base is used again
    if (!existsSync(baseFolder(architecture))) makeDebianBase(architecture, baseFolder(architecture), EPOCH);
    say(`The Debian base for ${architecture} took ${seconds(begun)} s`);
  }
  commitBases('The Debian base');
  writeSettings(registry.host, archive.address);

  const all = await defined();
  await step('everything is new', all);
  await step('nothing has changed', []);

  changeBase(join(baseFolder('amd64'), `${SUITE}-slim`, 'rootfs.tar.gz'), 'etc/example-release', 'second\n', EPOCH);
  commitBases('The slim base has changed');
  await must(['library', 'fetch']);
  const base = `debian:${SUITE}-slim`;
  await step('the slim base of amd64 has changed', onAmd64([base, ...(await children(base))]));

  archive.release('1.0-2');
  await must(['db', 'build', '--from', 'advisories', '--output', DATABASE]);
  await step(`an advisory says that ${PACKAGE} before 1.0-2 is affected`, onAmd64(['toolbox:1.0']));
  await step('nothing has changed', []);
  await verifyAll(registry.host);
}

const baseFolder = (architecture: BaseArchitecture) => join(work, 'base', architecture);
const seconds = (since: number) => ((Date.now() - since) / 1000).toFixed(0);
const onAmd64 = (names: readonly string[]) => names.map((name) => `${name} amd64`);

function say(text: string): void {
  process.stderr.write(`== ${text}\n`);
}

async function makeKeys(): Promise<void> {
  mkdirSync(join(work, 'keys'), { recursive: true });
  for (const role of ['verifier', 'publisher']) await must(['key', 'generate', '--output', `keys/${role}`]);
}

function copyDefinitions(): void {
  mkdirSync(join(work, 'library'), { recursive: true });
  for (const name of readdirSync(join(here, 'library'))) {
    if (!flags.small || SMALL.includes(name)) cpSync(join(here, 'library', name), join(work, 'library', name));
  }
}

/** Commits the bases, a branch for each architecture, and defines them as their maintainers would. */
function commitBases(message: string): void {
  const repository = join(work, 'git/debian-artifacts.git');
  const commits = ARCHITECTURES.map((architecture) => {
    const commit = {
      folder: baseFolder(architecture),
      ref: `refs/heads/dist-${architecture}`,
      message,
      date: DATE,
      parent: null,
    };
    return [architecture, commitFolder(repository, commit)] as const;
  });
  writeFileSync(
    join(work, 'library/debian'),
    debianDefinition(Object.fromEntries(commits) as Record<BaseArchitecture, string>),
  );
}

function writeSettings(host: string, archive: string): void {
  const storage = storageDriver();
  const standIn = JSON.stringify([process.execPath, join(here, 'engines/stand-in.ts')]);
  const other = flags.emulate ? `{ kind: buildah, storageDriver: ${storage} }` : `{ kind: command, command: ${standIn} }`;
  const settings = readFileSync(join(here, 'programme.yaml'), 'utf8')
    .replaceAll('localhost:5000', host)
    .replace('storageDriver: vfs', `storageDriver: ${storage}`)
    .replace(/^engines:$/m, `arguments: { EXAMPLE_ARCHIVE: "${archive}" }\n\nengines:\n  arm64v8: ${other}`);
  writeFileSync(join(work, 'programme.yaml'), settings);
}

/** Runs Hallmark, which must succeed. @returns what it wrote */
async function must(args: readonly string[]): Promise<string> {
  const { status, output } = await hallmark(args, work);
  if (status !== 0) throw new Error(`hallmark ${args.join(' ')} ended with ${status}`);
  return output;
}

/** Every image that is defined: `repo:tag architecture`. */
async function defined(): Promise<readonly string[]> {
  const listed = JSON.parse(await must(['library', 'list', '--format', 'json'])) as {
    readonly entries: readonly {
      readonly repository: string;
      readonly tags: readonly string[];
      readonly architectures: readonly string[];
    }[];
  };
  return listed.entries.flatMap(({ repository, tags, architectures }) =>
    architectures.map((architecture) => `${repository}:${tags[0]} ${architecture}`),
  );
}

async function children(name: string): Promise<readonly string[]> {
  const output = await must(['library', 'children', '--arch', 'amd64', name]);
  return output.split('\n').filter((line) => line !== '');
}

interface RunSummary {
  readonly events: readonly {
    readonly kind: string;
    readonly build?: { readonly name: string; readonly architecture: string };
  }[];
}

/** Runs the programme, and checks that exactly these images were built and admitted. */
async function step(what: string, expected: readonly string[]): Promise<void> {
  say(`${what}: ${expected.length} images to be built`);
  const begun = Date.now();
  // before there are any, nothing is held against advisories
  const advisories = existsSync(join(work, DATABASE)) ? ['--db', DATABASE] : ['--no-db'];
  const { events } = JSON.parse(
    await must(['library', 'run', ...advisories, '--format', 'json']),
  ) as RunSummary;
  for (const kind of ['building', 'admitted']) {
    const names = events.flatMap(({ kind: told, build }) =>
      told === kind && build !== undefined ? [`${build.name} ${build.architecture}`] : [],
    );
    const [found, wanted] = [names.sort().join('\n'), [...expected].sort().join('\n')];
    if (found !== wanted) throw new Error(`${what}: ${kind}\n${found}\nexpected\n${wanted}`);
  }
  const published = events.filter(({ kind }) => kind === 'published').length;
  say(`${what}: ${expected.length} images built, ${published} publications, ${seconds(begun)} s`);
}

/** Everything that was published is signed, and so are its tags: by Hallmark's own verification. */
async function verifyAll(host: string): Promise<void> {
  const repositories = readdirSync(join(work, 'library'));
  for (const repository of repositories) {
    const tag = repository === 'toolbox' ? '1.0' : 'latest';
    await must(['verify', '--key', 'keys/publisher.pub', '--attestation', 'tag', '--plain-http', host, '--format', 'json', `${host}/library/${repository}:${tag}`]);
  }
  say(`${repositories.length} repositories verified`);
}

try {
  await example();
} finally {
  if (flags.keep === undefined) rmSync(work, { recursive: true, force: true });
}
