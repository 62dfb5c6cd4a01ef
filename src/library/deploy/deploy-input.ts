/**
 * What is to be deployed, as upstream's tool reads it: a manifest or a blob, where to, and from where its parts can be copied. What is
 * left out is told from the rest. docker-library/meta-scripts, `cmd/deploy/input.go`.
 */
import { readStrictJson } from '../../formats/strict-json.ts';
import { isObject } from '../../formats/json.ts';
import { digestOf, type Digest, isDigest } from '../../model/digest.ts';
import { HallmarkError } from '../../model/errors.ts';
import { LibraryError } from '../errors.ts';
import { type DeployReference, formatDeployReference, parseDeployReference } from './deploy-reference.ts';
import { fieldTexts } from './json-documents.ts';

export type DeployType = 'manifest' | 'blob';

/** The key of the place to look for everything that has no place of its own. */
export const FALLBACK = '';

/** An object as it was read. @param data the text of the JSON value; null where there is none */
export interface RawDeployInput {
  readonly type: unknown;
  readonly refs: unknown;
  readonly lookup: unknown;
  readonly data: string | null;
}

export interface DeployInput {
  readonly type: DeployType;
  /** All with the digest, where it is known. */
  readonly refs: readonly [DeployReference, ...DeployReference[]];
  /** Repositories by digest, and by {@link FALLBACK}. */
  readonly lookup: ReadonlyMap<string, DeployReference>;
  readonly content:
    | { readonly kind: 'data'; readonly bytes: Buffer; readonly mediaType: string | null }
    | { readonly kind: 'copy'; readonly from: DeployReference };
}

const MAX_INPUT_BYTES = 1024 * 1024 * 1024;

/** @throws {LibraryError} DOCUMENT_INVALID */
export function readDeployInput(text: string): RawDeployInput {
  const json = readStrictJson(Buffer.from(text), { maxBytes: MAX_INPUT_BYTES, numbers: 'any' });
  if ('problem' in json || !isObject(json.value)) {
    throw invalid(`an object to deploy ${'problem' in json ? json.problem : 'is not an object'}`);
  }
  const { type, refs, lookup } = json.value;
  const data = fieldTexts(text).get('data') ?? 'null';
  return { type, refs, lookup, data: data === 'null' ? null : data };
}

/** As upstream passes data through `jq --tab` before it deploys them; texts are bytes in base64 and stay. */
export function withIndentedData(input: RawDeployInput): RawDeployInput {
  if (input.data === null || input.data.startsWith('"')) return input;
  const data = Buffer.from(input.data);
  const json = readStrictJson(data, { maxBytes: MAX_INPUT_BYTES, numbers: 'exact' });
  if ('problem' in json) throw invalid(`the data to deploy ${json.problem}`);
  return { ...input, data: JSON.stringify(json.value, null, '\t') };
}

/** @throws {LibraryError} DOCUMENT_INVALID */
export function normalizeDeployInput(raw: RawDeployInput): DeployInput {
  const { type } = raw;
  if (type !== 'manifest' && type !== 'blob')
    throw invalid(`the type is ${told(type)}, expected manifest or blob`);
  const { refs, digest: named } = readRefs(type, raw.refs);
  const name = formatDeployReference(refs[0]);
  const { lookup, only } = readLookup(raw.lookup, name);
  const { content, digest } =
    raw.data === null ? copied(named, lookup, only, name) : given(type, raw.data, named, name);
  if (type === 'blob' && digest === null) throw invalid(`${name}: a blob to copy needs a digest`);
  const places = new Map(lookup);
  if (content.kind === 'copy' && !places.has(FALLBACK)) places.set(FALLBACK, content.from);
  const [first, ...others] = refs;
  const at = (ref: DeployReference): DeployReference => ({ ...ref, digest });
  return {
    type,
    refs: [at(first), ...others.map(at)],
    lookup: new Map([...places].map(([key, place]) => [key, placeOnly(key, place, content, digest)])),
    content:
      content.kind === 'copy' && digest !== null
        ? { kind: 'copy', from: { ...content.from, tag: null, digest } }
        : content,
  };
}

/** What was to be deployed, in the form in which it is read; references in their order, places by digest. */
export function formatDeployInput({ type, refs, lookup, content }: DeployInput): object {
  const places = [...lookup].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    type,
    refs: refs.map(formatDeployReference),
    ...(places.length === 0
      ? {}
      : { lookup: Object.fromEntries(places.map(([key, place]) => [key, formatDeployReference(place)])) }),
    ...(content.kind === 'copy'
      ? { copyFrom: formatDeployReference(content.from) }
      : {
          data: content.bytes.toString('base64'),
          ...(content.mediaType === null ? {} : { mediaType: content.mediaType }),
        }),
  };
}

/** @returns the digest that references name, which is the same in all that name one */
export function readRefs(
  type: DeployType,
  value: unknown,
): { readonly refs: readonly [DeployReference, ...DeployReference[]]; readonly digest: Digest | null } {
  const texts = Array.isArray(value) ? value : [];
  const [first, ...others] = texts.map((text: unknown) => readReference(text, 'refs'));
  if (first === undefined) throw invalid('there are no refs to deploy to');
  const refs = [first, ...others] as const;
  const [digest = null, ...different] = new Set(refs.flatMap((ref) => ref.digest ?? []));
  if (different.length > 0) throw invalid(`refs name several digests: ${[digest, ...different].join(', ')}`);
  const tagged = type === 'blob' ? refs.find(({ tag }) => tag !== null) : undefined;
  if (tagged !== undefined) throw invalid(`a blob has no tag: ${formatDeployReference(tagged)}`);
  return { refs, digest };
}

/** @returns with the one key that says what is to be copied where nothing else does; null where there is none such */
export function readLookup(
  value: unknown,
  name: string,
): { readonly lookup: ReadonlyMap<string, DeployReference>; readonly only: string | null } {
  if (value !== undefined && value !== null && !isObject(value))
    throw invalid(`${name}: lookup is not an object`);
  const lookup = new Map(
    Object.entries(value ?? {}).map(([key, text]) => [key, readPlace(key, text, name)] as const),
  );
  const [[key, place] = [null, null]] = lookup;
  const isTold = key !== FALLBACK || (place !== null && (place.tag !== null || place.digest !== null));
  return { lookup, only: lookup.size === 1 && isTold ? key : null };
}

function readPlace(key: string, text: unknown, name: string): DeployReference {
  const place = readReference(text, `${name}: lookup`);
  if (key === FALLBACK) return place;
  if (!isDigest(key)) throw invalid(`${name}: the key ${JSON.stringify(key)} of lookup is not a digest`);
  if (place.digest !== null && place.digest !== key) {
    throw invalid(`${name}: lookup has ${place.digest} for ${key}`);
  }
  return { ...place, digest: key };
}

interface Told {
  readonly content: DeployInput['content'];
  readonly digest: Digest | null;
}

/** What is to be copied: what the references name, else the one thing that lookup names. */
function copied(
  named: Digest | null,
  lookup: ReadonlyMap<string, DeployReference>,
  only: string | null,
  name: string,
): Told {
  const fallback = lookup.get(FALLBACK);
  const own = named === null ? undefined : lookup.get(named);
  const from =
    own ??
    (only === null ? undefined : lookup.get(only)) ??
    (named === null || fallback === undefined ? undefined : { ...fallback, digest: named });
  if (from === undefined) throw invalid(`${name}: there are no data, and lookup does not tell what to copy`);
  if (named !== null && from.digest !== null && from.digest !== named) {
    throw invalid(`${name}: ${named} is to be deployed, and ${from.digest} to be copied`);
  }
  return { content: { kind: 'copy', from }, digest: named ?? from.digest };
}

function given(type: DeployType, text: string, named: Digest | null, name: string): Told {
  const bytes = bytesOf(text, name);
  const digest = digestOf(bytes);
  if (named !== null && named !== digest)
    throw invalid(`${name}: the data have the digest ${digest}, expected ${named}`);
  const mediaType = type === 'manifest' ? mediaTypeOf(bytes, name) : null;
  return { content: { kind: 'data', bytes, mediaType }, digest };
}

/** A text is bytes in base64; anything else is JSON as it is written, with a line feed at its end where it has several lines. */
function bytesOf(text: string, name: string): Buffer {
  if (!text.startsWith('"')) return Buffer.from(text.includes('\n') ? `${text}\n` : text);
  const encoded = JSON.parse(text) as string;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) throw invalid(`${name}: the data are not base64`);
  return bytes;
}

/** Nobody else says what is pushed: a manifest without its type is one thing to some and another to others (CVE-2021-41190). */
function mediaTypeOf(bytes: Buffer, name: string): string {
  const json = readStrictJson(bytes, { maxBytes: MAX_INPUT_BYTES, numbers: 'any' });
  const mediaType = 'value' in json && isObject(json.value) ? json.value['mediaType'] : undefined;
  if (typeof mediaType === 'string' && mediaType !== '') return mediaType;
  throw invalid(`${name}: the manifest does not say its mediaType`);
}

/** Places are repositories; only a tag that is copied without knowing its digest stays. */
function placeOnly(
  key: string,
  place: DeployReference,
  content: DeployInput['content'],
  digest: Digest | null,
): DeployReference {
  const isCopied = content.kind === 'copy' && place.tag !== null && place.tag === content.from.tag;
  if (key === FALLBACK && digest === null && isCopied) return place;
  return { ...place, tag: null, digest: null };
}

function readReference(text: unknown, where: string): DeployReference {
  if (typeof text !== 'string') throw invalid(`${where}: ${told(text)} is not a reference`);
  try {
    return parseDeployReference(text);
  } catch (error) {
    if (error instanceof HallmarkError) throw invalid(`${where}: ${error.message}`);
    throw error;
  }
}

const told = (value: unknown): string => (JSON.stringify(value) ?? 'missing').slice(0, 200);

function invalid(message: string): LibraryError {
  return new LibraryError('DOCUMENT_INVALID', message);
}
