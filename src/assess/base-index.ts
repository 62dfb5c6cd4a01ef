/** The index of base images: made from any images, kept in a file, found again for every assessment. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject, type JsonObject, parseJsonObject, textsIn } from '../formats/json.ts';
import { type BaseIndex, type IndexedImage, toBaseIndex } from '../inventory/base/base-index.ts';
import { type Digest, isDigest } from '../model/digest.ts';
import { formatPlatform } from '../model/platform.ts';
import { chainIds } from '../oci/chain-id.ts';
import type { LayeredImage, OpenOptions } from '../oci/image.ts';
import { openImage, SOURCE_SCHEMES } from '../oci/open-image.ts';
import { formatReference, parseReference } from '../oci/reference.ts';
import { dataDirectory, type Environment } from './directories.ts';
import { AssessError } from './errors.ts';

/** Far more than an index of every official image needs. */
const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/** An image to be indexed: what to open, and the name that it is to be known by when that is another. */
export interface BaseReference {
  readonly reference: string;
  readonly name: string | null;
}

/** `debian:12`, or `registry.corp/base:1=oci-dir:./base` for an image that is kept elsewhere than it is published. */
export function parseBaseReference(text: string): BaseReference {
  const equals = text.indexOf('=');
  const name = equals < 0 ? null : publishedName(text.slice(0, equals));
  return name === null ? { reference: text, name: null } : { reference: text.slice(equals + 1), name };
}

/**
 * Indexes images, each for all its platforms. Only manifests and configurations are read, no layers.
 *
 * @throws {OciError} an image cannot be had
 */
export async function indexImages(
  references: readonly BaseReference[],
  options: Omit<OpenOptions, 'platform'>,
): Promise<BaseIndex> {
  const indexed: IndexedImage[] = [];
  for (const { reference, name } of references) {
    const opened = await openImage(reference, { ...options, platform: 'all' });
    try {
      for (const image of opened.images) {
        if (image.kind === 'image') indexed.push(...toIndexedImage(image, name));
      }
    } finally {
      await opened.close();
    }
  }
  return toBaseIndex(indexed);
}

/** Nothing for an image without layers, on which everything is built. */
function toIndexedImage(image: LayeredImage, name: string | null): IndexedImage[] {
  const { digest, indexDigest, configDigest, configuration, layers } = image;
  const chainId = chainIds(configuration.diffIds).at(-1);
  if (chainId === undefined) return [];
  const { platform, created } = configuration;
  return [
    {
      names: [name ?? publishedName(image.reference) ?? image.reference],
      digest,
      indexDigest,
      configDigest,
      platform: formatPlatform(platform),
      created,
      chainId,
      layers: layers.length,
    },
  ];
}

/** The full name of an image in a registry; null for a reference of another kind. */
function publishedName(reference: string): string | null {
  const colon = reference.indexOf(':');
  const prefix = reference.slice(0, Math.max(colon, 0));
  const prefixed = SOURCE_SCHEMES.some((scheme) => scheme === prefix);
  if (/^[./~]/.test(reference) || (prefixed && prefix !== 'registry')) return null;
  try {
    return formatReference(parseReference(prefix === 'registry' ? reference.slice(colon + 1) : reference));
  } catch {
    return null; // a path: it names no published image
  }
}

/** Writes the index beside its place and renames it, so that no reader meets half of one. */
export function writeBaseIndex(file: string, index: BaseIndex): void {
  const temporary = `${file}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, `${JSON.stringify(index, null, 1)}\n`);
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new AssessError('BASE_INDEX_NOT_WRITTEN', `${file} could not be written`, { subject: file, cause });
  }
}

/** Where the index is that every assessment uses. */
export function defaultBaseIndex(environment: Environment): string {
  return environment['HALLMARK_BASE_INDEX'] || join(dataDirectory(environment), 'base-index.json');
}

/**
 * The index that an assessment uses: the one that is named, else the default one. Null where there is no default one.
 *
 * @throws {AssessError} BASE_INDEX_NOT_FOUND, BASE_INDEX_UNREADABLE
 */
export function openBaseIndex(explicit: string | undefined, environment: Environment): BaseIndex | null {
  const file = explicit ?? defaultBaseIndex(environment);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) {
    if (explicit === undefined && !environment['HALLMARK_BASE_INDEX']) return null;
    throw new AssessError('BASE_INDEX_NOT_FOUND', `${file} is not there`, { subject: file });
  }
  if (size > MAX_INDEX_BYTES)
    throw unreadable(file, `it has ${size} bytes, at most ${MAX_INDEX_BYTES} are read`);
  return readBaseIndex(file, readText(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unreadable(file, 'it cannot be read', cause);
  }
}

function readBaseIndex(file: string, text: string): BaseIndex {
  const document = parseJsonObject(text);
  if (document?.['schema'] !== 'hallmark.base-index/1' || !Array.isArray(document['images'])) {
    throw unreadable(file, 'its schema is not hallmark.base-index/1');
  }
  const images = document['images'].map((image: unknown, position): IndexedImage => {
    const read = isObject(image) ? readImage(image) : null;
    if (read === null) throw unreadable(file, `image ${position} lacks a field or has a wrong one`);
    return read;
  });
  return { schema: 'hallmark.base-index/1', images };
}

function readImage(image: JsonObject): IndexedImage | null {
  const { platform, layers } = image;
  const digestOf = (name: string): Digest | null => {
    const value = image[name];
    return typeof value === 'string' && isDigest(value) ? value : null;
  };
  const [chainId, configDigest] = [digestOf('chainId'), digestOf('configDigest')];
  if (chainId === null || configDigest === null) return null;
  if (typeof platform !== 'string' || !Number.isSafeInteger(layers)) return null;
  const created = typeof image['created'] === 'string' ? image['created'] : null;
  return {
    names: textsIn(image['names']),
    digest: digestOf('digest'),
    indexDigest: digestOf('indexDigest'),
    configDigest,
    platform,
    created,
    chainId,
    layers: Number(layers),
  };
}

function unreadable(file: string, why: string, cause?: unknown): AssessError {
  return new AssessError('BASE_INDEX_UNREADABLE', `${file}: ${why}`, { subject: file, cause });
}
