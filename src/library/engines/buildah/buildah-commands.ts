/** The commands by which buildah builds, as lists of arguments. buildah(1) and buildah-build(1), version 1.28 and newer. */
import { digestHex } from '../../../model/digest.ts';
import { formatPlatform } from '../../../model/platform.ts';
import { formatReference, parseReference } from '../../../oci/reference.ts';
import type { EngineSettings } from '../../programme/programme.ts';
import type { BuildRequest, PinnedParent } from '../engine.ts';

export type BuildahSettings = Extract<EngineSettings, { kind: 'buildah' }>;

/** Files and folders of one build, relative to its scratch folder, in which buildah is started. */
export const BUILDAH_FILES = {
  storage: 'storage',
  run: 'run',
  /** Where images that are named in short are looked for. Nothing is: parents are there under their full names. */
  registries: 'registries.conf',
  /** Which signatures are asked for. None: parents are known by their digests. */
  policy: 'policy.json',
  containers: 'containers.conf',
  stores: 'storage.conf',
  /** Folders that would be mounted into every build: on some systems those with the secrets of a subscription. */
  mounts: 'mounts.conf',
  layout: 'layout',
  parents: 'parents',
  /** A copy of the Dockerfile, where its own name would mean something to buildah. */
  dockerfile: 'Dockerfile',
} as const;

/** Takes the place of what is set on this machine and by its users, of which nothing may count. */
export function buildahConfiguration({ storageDriver }: BuildahSettings): Readonly<Record<string, string>> {
  return {
    [BUILDAH_FILES.registries]:
      'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "disabled"\n',
    [BUILDAH_FILES.policy]: '{"default":[{"type":"insecureAcceptAnything"}]}\n',
    [BUILDAH_FILES.containers]: '',
    [BUILDAH_FILES.stores]: `[storage]\ndriver = "${storageDriver}"\n`,
    [BUILDAH_FILES.mounts]: '',
  };
}

const RESULT = 'localhost/hallmark/result:build';

/** A parent in buildah's storage. */
export interface NamedParent extends PinnedParent {
  /** Folder of a layout with nothing but this image, relative to scratch. */
  readonly folder: string;
  /** In full, with a tag. */
  readonly name: string;
}

/**
 * Names by which buildah finds the parents as the Dockerfile writes them. One that it writes with a digest gets a tag of that
 * digest; two of one repository would exclude each other otherwise.
 */
export function nameParents(parents: readonly PinnedParent[]): readonly NamedParent[] {
  return parents.map((parent, at) => {
    const reference = parseReference(parent.from);
    const { digest, tag } = reference;
    const name = formatReference({
      ...reference,
      digest: null,
      tag: digest === null ? (tag ?? 'latest') : `hallmark-${digestHex(digest).slice(0, 32)}`,
    });
    return { ...parent, folder: `${BUILDAH_FILES.parents}/${at}`, name };
  });
}

/** Come before every command. */
export function globalOptions({ storageDriver }: BuildahSettings): string[] {
  return [
    `--root=${BUILDAH_FILES.storage}`,
    `--runroot=${BUILDAH_FILES.run}`,
    `--storage-driver=${storageDriver}`,
    `--registries-conf=${BUILDAH_FILES.registries}`,
    `--default-mounts-file=${BUILDAH_FILES.mounts}`,
  ];
}

/** A parent is brought in under the name of its folder, which then goes: it would stand in the history of what is built. */
export function parentCommands(
  settings: BuildahSettings,
  { folder, name }: NamedParent,
): readonly string[][] {
  const first = `localhost/${folder}:latest`;
  return [
    ['pull', '--quiet', `--signature-policy=${BUILDAH_FILES.policy}`, `oci:${folder}`],
    ['tag', first, name],
    ['rmi', first],
  ].map((command) => [...globalOptions(settings), ...command]);
}

/** What is built, as paths of this machine. */
export interface BuildahInputs {
  readonly context: string;
  readonly file: string;
  readonly parents: readonly NamedParent[];
}

/**
 * Nothing comes from an earlier build. One layer for each instruction that makes one, as people know it; but vfs copies the whole
 * file system for each of them, so there it is one layer for all.
 */
export function buildCommand(
  settings: BuildahSettings,
  request: BuildRequest,
  { context, file, parents }: BuildahInputs,
): string[] {
  const { platform, epoch } = request;
  const build = { SOURCE_DATE_EPOCH: String(epoch), ...request.arguments };
  return [
    ...globalOptions(settings),
    'build',
    `--signature-policy=${BUILDAH_FILES.policy}`,
    `--isolation=${settings.isolation}`,
    '--pull=never',
    '--no-cache',
    `--layers=${settings.storageDriver === 'overlay'}`,
    '--format=oci',
    `--platform=${formatPlatform(platform)}`,
    `--timestamp=${epoch}`,
    '--identity-label=false',
    ...Object.entries(build).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...parents
      .filter(({ from }) => from.includes('@'))
      .map(({ from, name }) => `--build-context=${from}=docker-image://${name}`),
    `--file=${file}`,
    `--tag=${RESULT}`,
    '--',
    context,
  ];
}

export function pushCommand(settings: BuildahSettings): string[] {
  return [
    ...globalOptions(settings),
    'push',
    '--quiet',
    '--format=oci',
    `--signature-policy=${BUILDAH_FILES.policy}`,
    RESULT,
    `oci:${BUILDAH_FILES.layout}`,
  ];
}

/**
 * Process and mount namespaces of their own: in a chroot a build could leave a process behind that outlives it. Without root they
 * are made within the user namespace that buildah makes, in which we are root. unshare(1), buildah-unshare(1).
 */
export function inNamespaces(args: readonly string[], isRoot: boolean): ProgramCall {
  const own = endingWithUs(['unshare', ...OWN_NAMESPACES, '--', 'buildah', ...args]);
  return isRoot ? own : endingWithUs(['buildah', 'unshare', own.program, ...own.args]);
}

export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
}

/** What runs in them ends with its first process. */
export const OWN_NAMESPACES = ['--pid', '--mount', '--fork', '--kill-child=KILL', '--mount-proc'] as const;

/**
 * A command that is ended when our own process is killed, which has no time left to do it: a build that nobody waits for would go on for
 * hours, beside the next one. prctl(2), `PR_SET_PDEATHSIG`; setpriv(1).
 */
export function endingWithUs(command: readonly [string, ...string[]]): ProgramCall {
  return { program: 'setpriv', args: ['--pdeathsig=KILL', '--', ...command] };
}
