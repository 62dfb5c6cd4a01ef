/** The Debian base, made by debootstrap from the archive that this machine itself uses. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './programs.ts';

export const SUITE = 'bookworm';
/** Debian's name of each architecture of the programme. */
const DEBIAN = { amd64: 'amd64', arm64v8: 'arm64' } as const;
export type BaseArchitecture = keyof typeof DEBIAN;

/** What makes every run different: caches, logs and identities, which an image does not need. */
const VOLATILE = [
  'var/cache/apt/archives/*.deb',
  'var/cache/apt/*.bin',
  'var/cache/ldconfig/aux-cache',
  'var/lib/apt/lists/*',
  'var/log/*.log',
  'var/log/apt/*',
  'etc/machine-id',
  'etc/hostname',
  'etc/resolv.conf',
];

/** Documentation, which the slim variant leaves out; copyright files stay. */
const NOT_SLIM = ['usr/share/man', 'usr/share/info', 'usr/share/locale', 'usr/share/groff', 'usr/share/lintian'];

/** Makes the root file systems of both variants, `<folder>/bookworm/rootfs.tar.gz` and `<folder>/bookworm-slim/rootfs.tar.gz`. */
export function makeDebianBase(architecture: BaseArchitecture, folder: string, epoch: number): void {
  const scratch = mkdtempSync(join(tmpdir(), 'example-debian-'));
  const root = join(scratch, 'root');
  try {
    const foreign = architecture === 'amd64' ? [] : ['--foreign'];
    const options = ['--variant=minbase', `--arch=${DEBIAN[architecture]}`, ...foreign];
    run('debootstrap', [...options, SUITE, root, archiveOfThisMachine()]);
    const volatile = VOLATILE.map((pattern) => `"$1"/${pattern}`).join(' ');
    run('sh', ['-c', `rm -rf ${volatile}`, 'sh', root]);
    for (const name of ['machine-id', 'hostname']) writeFileSync(join(root, 'etc', name), '');
    pack(root, join(folder, SUITE), epoch);
    for (const path of NOT_SLIM) rmSync(join(root, path), { recursive: true, force: true });
    for (const name of readdirSync(join(root, 'usr/share/doc'))) {
      const kept = readdirSync(join(root, 'usr/share/doc', name)).filter((file) => file !== 'copyright');
      for (const file of kept) rmSync(join(root, 'usr/share/doc', name, file), { recursive: true });
    }
    pack(root, join(folder, `${SUITE}-slim`), epoch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function pack(root: string, folder: string, epoch: number): void {
  mkdirSync(folder, { recursive: true });
  const order = ['--sort=name', '--numeric-owner', '--format=gnu', `--mtime=@${epoch}`];
  run('tar', ['--create', '--use-compress-program=gzip -n -3', '--file', join(folder, 'rootfs.tar.gz'), ...order, '--directory', root, '.']);
}

/** The archive in apt's configuration of this machine: the first that has packages of Debian itself. */
export function archiveOfThisMachine(): string {
  const listed = run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN)', 'Created-By: Packages']);
  const debian = listed.split('\n').find((line) => line.endsWith(' Debian') && !line.includes('security'));
  if (debian === undefined) throw new Error('apt on this machine knows no archive of Debian: run "apt-get update"');
  return debian.slice(0, debian.indexOf(' '));
}

/** A folder's definition file for the base, as its maintainers would write it. */
export function debianDefinition(commits: Readonly<Record<BaseArchitecture, string>>): string {
  const architectures = Object.keys(commits) as BaseArchitecture[];
  const perArchitecture = architectures.flatMap((architecture) => [
    `${architecture}-GitFetch: refs/heads/dist-${architecture}`,
    `${architecture}-GitCommit: ${commits[architecture]}`,
  ]);
  const entries = [
    [`${SUITE}, stable, latest`, SUITE],
    [`${SUITE}-slim, stable-slim`, `${SUITE}-slim`],
  ].map(([tags, folder]) => `Tags: ${tags}\nDirectory: ${folder}\nFile: rootfs.tar.gz\nBuilder: oci-import\n`);
  return [
    [
      'Maintainers: Example Programme <programme@example.org> (@example)',
      `Architectures: ${architectures.join(', ')}`,
      'GitRepo: https://git.example.org/debian-artifacts.git',
      `GitCommit: ${commits.amd64}`,
      ...perArchitecture,
      '',
    ].join('\n'),
    ...entries,
  ].join('\n');
}

/** Adds a file to a packed root file system: the smallest change that a base can have. */
export function changeBase(file: string, name: string, content: string, epoch: number): void {
  const scratch = mkdtempSync(join(tmpdir(), 'example-change-'));
  try {
    const root = join(scratch, 'root');
    mkdirSync(root);
    run('tar', ['--extract', '--gzip', '--file', file, '--directory', root, '--numeric-owner', '--same-owner', '-p']);
    writeFileSync(join(root, name), content);
    rmSync(file);
    pack(root, join(file, '..'), epoch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
