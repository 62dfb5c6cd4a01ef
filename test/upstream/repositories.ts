/** Clones of upstream's repositories, read at fixed commits. Nothing of them is in this repository. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** The states that official images' tools were in when Hallmark was compared with them. */
const COMMITS = {
  'docker-library/bashbrew': 'd662ff01570964b5f648df009c9269f388285692',
  'docker-library/docs': 'c4a9ba41443427b2ec1d5c4cc01879076aa4a1eb',
  'docker-library/hello-world': '3fb6ebca4163bf5b9cc496ac3e8f11cb1e754aee',
  'docker-library/meta': '35165e20d02c3f7253e31d0b4234b9a085b52be0',
  'docker-library/meta-scripts': '205031aee2fdfbbd449038afd58f0f0a6915c217',
  'docker-library/official-images': '37079fb336f572a88700cf32e5e1f6be54a04e8f',
  'docker-library/perl-bashbrew': '614148ac19da8598b1234807309d7a785d27553c',
  'tianon/docker-bash': 'eb7e541caccc813d297e77cf4068f89553256673',
  'varnish/docker-varnish': '0c295b528f28a98650fb2580eab6d34b30b165c4',
} as const;

export type RepositoryName = keyof typeof COMMITS;

export interface UpstreamRepository {
  /** The git directory. */
  readonly folder: string;
  readonly commit: string;
  text(path: string, commit?: string): string;
  json(path: string): unknown;
  /** Paths of files below a folder. */
  files(folder: string): readonly string[];
  git(args: readonly string[], input?: string): Buffer;
}

/** The folder that was given to `npm run test:upstream`. */
function clones(): string {
  const folder = process.env['HALLMARK_UPSTREAM'];
  if (folder === undefined) throw new Error('run them by: npm run test:upstream -- FOLDER');
  return folder;
}

/** A clone by its name (`bashbrew`, `docker-library+bashbrew`), bare or not, or in a folder `repo` of that name. */
function findClone(name: RepositoryName): string {
  const short = name.slice(name.indexOf('/') + 1);
  const places = [name.replace('/', '+'), short, `${short}.git`].flatMap((place) => [
    join(clones(), place, 'repo'),
    join(clones(), place, '.git'),
    join(clones(), place),
  ]);
  const found = places.find((place) => existsSync(join(place, 'HEAD')));
  if (found === undefined) throw new Error(`${clones()} has no clone of ${name}`);
  return found;
}

export function openUpstream(name: RepositoryName): UpstreamRepository {
  const folder = findClone(name);
  const pinned = COMMITS[name];
  const git = (args: readonly string[], input = ''): Buffer => {
    const { status, stdout, stderr } = spawnSync(
      'git',
      ['-c', 'safe.directory=*', '--git-dir', folder, ...args],
      // a clone that lacks objects is not completed from the network
      { input, maxBuffer: 2 ** 30, env: { ...process.env, GIT_NO_LAZY_FETCH: '1' } },
    );
    if (status !== 0) throw new Error(`${name}: git ${args.join(' ')}: ${stderr.toString()}`);
    return stdout;
  };
  const text = (path: string, commit: string = pinned): string =>
    git(['show', `${commit}:${path}`]).toString();
  return {
    folder,
    commit: pinned,
    text,
    json: (path) => JSON.parse(text(path)),
    files: (below) =>
      git(['ls-tree', '-r', '-z', '--name-only', pinned, `${below}/`])
        .toString()
        .split('\0')
        .filter(Boolean),
    git,
  };
}

/** Definitions of the official images by name. */
export function officialTexts(): ReadonlyMap<string, string> {
  const repository = openUpstream('docker-library/official-images');
  return new Map(
    repository.files('library').map((path) => [path.slice('library/'.length), repository.text(path)]),
  );
}
