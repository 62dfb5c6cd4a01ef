import { stat } from 'node:fs/promises';
import { OciError } from './errors.ts';
import type { ImageSource, OpenedImages, OpenOptions } from './image.ts';
import { parseReference } from './reference.ts';

/**
 * Every way to come by images, by the prefix that chooses it. Each is loaded only when it is used: what talks to
 * networks and daemons is not loaded to read a file.
 */
const SOURCES = {
  registry: async () => (await import('./registry/registry-source.ts')).registrySource,
  'oci-dir': async () => (await import('./sources/oci-directory.ts')).ociDirectorySource,
  'oci-archive': async () => (await import('./sources/oci-archive.ts')).ociArchiveSource,
  'docker-archive': async () => (await import('./sources/docker-archive.ts')).dockerArchiveSource,
  dir: async () => (await import('./sources/root-directory.ts')).rootDirectorySource,
  docker: async () => (await import('./sources/docker.ts')).dockerSource,
  podman: async () => (await import('./sources/podman.ts')).podmanSource,
  containerd: async () => (await import('./sources/containerd.ts')).containerdSource,
} as const satisfies Readonly<Record<string, () => Promise<ImageSource>>>;

type Scheme = keyof typeof SOURCES;

/** The prefixes that a reference may have, in the order of help texts. */
export const SOURCE_SCHEMES = Object.keys(SOURCES) as readonly Scheme[];

/** All sources, for help texts. */
export async function imageSources(): Promise<ImageSource[]> {
  return Promise.all(Object.values(SOURCES).map((load) => load()));
}

const ARCHIVE_NAME = /\.(?:tar|tar\.gz|tgz|tar\.zst)(?::|@|$)/;

/** True for what is a path by its form: `./x`, `/x`, `../x`, `x.tar`. */
export function isPath(reference: string): boolean {
  return (
    /^\.{0,2}\//.test(reference) || reference === '.' || reference === '..' || ARCHIVE_NAME.test(reference)
  );
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(SOURCES, text);
}

/**
 * Opens what a reference names. A prefix chooses the source; what has the form of a path is looked at; everything else
 * is an image in a registry.
 *
 * @throws {OciError} whatever keeps the image from being read
 */
export async function openImage(reference: string, options: OpenOptions): Promise<OpenedImages> {
  const colon = reference.indexOf(':');
  const scheme = reference.slice(0, Math.max(colon, 0));
  if (isScheme(scheme)) return openPrefixed(scheme, reference.slice(colon + 1), reference, options);
  if (isPath(reference)) {
    const { openDetected } = await import('./sources/detected.ts');
    return openDetected(reference, options);
  }
  await refuseFileName(reference);
  const registry = await SOURCES.registry();
  return registry.open(reference, reference, options);
}

async function openPrefixed(
  scheme: Scheme,
  location: string,
  reference: string,
  options: OpenOptions,
): Promise<OpenedImages> {
  if (location === '') {
    throw new OciError('REFERENCE_INVALID', `nothing follows the prefix ${reference}`, {
      subject: reference,
    });
  }
  const source = await SOURCES[scheme]();
  try {
    return await source.open(location, reference, options);
  } catch (error) {
    const ambiguous = (scheme === 'docker' || scheme === 'registry') && isAlsoName(location);
    throw ambiguous && error instanceof OciError ? withHint(error, reference) : error;
  }
}

/** `docker:dind` is also an image, and `registry:5000/app` one of a host whose name happens to be a prefix. */
function isAlsoName(location: string): boolean {
  return /^(?:[\w.-]+$|\d{1,5}\/)/.test(location);
}

function withHint(error: OciError, reference: string): OciError {
  return new OciError(error.code, error.message, {
    ...(error.subject === undefined ? {} : { subject: error.subject }),
    remedy: `${error.remedy} If the prefix is part of the image's name, write registry:${reference}.`,
    cause: error.cause ?? error,
  });
}

/** A name that is no reference, but that of a file here, was meant as a path. */
async function refuseFileName(reference: string): Promise<void> {
  try {
    parseReference(reference);
  } catch (error) {
    const isHere = await stat(reference).then(
      () => true,
      () => false,
    );
    if (!isHere || !(error instanceof OciError)) throw error;
    throw new OciError('REFERENCE_INVALID', error.message, {
      subject: reference,
      remedy: `For the file or directory of that name write ./${reference}.`,
      cause: error,
    });
  }
}
