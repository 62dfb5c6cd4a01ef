/**
 * Deploys a list of objects. Whoever writes the list puts parts before what names them; with several at a time an object still waits
 * for those before it that it names or is copied from.
 */
import type { Digest } from '../../model/digest.ts';
import { HallmarkError } from '../../model/errors.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { formatReference } from '../../oci/reference.ts';
import { type DeployInput, FALLBACK } from './deploy-input.ts';
import type { DeployReference } from './deploy-reference.ts';
import type { DeployStores } from './deploy-stores.ts';
import { isMissing, putObject } from './put-object.ts';

export interface DeployOptions {
  /** Only looks at what would have to be written. */
  readonly isDryRun: boolean;
  /** How many objects are on their way at once. */
  readonly atATime: number;
  readonly signal?: AbortSignal | undefined;
}

/** What became of an object at one of its places. */
export interface DeployOutcome {
  /** With this place alone. */
  readonly input: DeployInput;
  readonly place: DeployReference;
  /** `missing`: it would have been written. */
  readonly kind: 'unchanged' | 'deployed' | 'missing' | 'failed';
  /** Null unless it failed. */
  readonly error: HallmarkError | null;
}

/** What fails keeps nothing else from being deployed. @returns outcomes in the order of the list */
export async function* deploy(
  inputs: AsyncIterable<DeployInput>,
  stores: DeployStores,
  options: DeployOptions,
): AsyncGenerator<DeployOutcome, void> {
  const underWay = new Map<string, Promise<void>>();
  const window: Promise<DeployOutcome>[] = [];
  for await (const input of inputs) {
    for (const place of input.refs) {
      const awaited = namesOf(input, place).flatMap((name) => underWay.get(name) ?? []);
      const outcome = Promise.all(awaited).then(() =>
        deployOne({ ...input, refs: [place] }, stores, options),
      );
      window.push(outcome);
      const ended = endOf(outcome);
      for (const name of [place.digest, place.tag])
        if (name !== null) underWay.set(nameOf(place, name), ended);
      const first = window.length < options.atATime ? undefined : window.shift();
      if (first !== undefined) yield await first;
    }
  }
  for (const outcome of window) yield await outcome;
}

/** Ends when the work ends. An error that is a bug comes out where the outcome is awaited, and not before. */
async function endOf(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch {
    // told there
  }
}

async function deployOne(
  input: DeployInput,
  stores: DeployStores,
  { isDryRun, signal }: DeployOptions,
): Promise<DeployOutcome> {
  const [place] = input.refs;
  const told = { input, place, error: null };
  try {
    if (isDryRun)
      return { ...told, kind: (await isMissing(input, place, stores, signal)) ? 'missing' : 'unchanged' };
    return { ...told, kind: (await putObject(input, place, stores, signal)) ? 'deployed' : 'unchanged' };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof HallmarkError) return { ...told, kind: 'failed', error };
    throw error;
  }
}

/** Everything that an object may need to find in its place: itself, its parts, and what it is copied from. */
function namesOf({ lookup, content }: DeployInput, place: DeployReference): readonly string[] {
  const fallback = lookup.get(FALLBACK) ?? place;
  const own = place.digest === null ? [] : [nameOf(place, place.digest)];
  const placed = [...lookup].flatMap(([digest, at]) => (digest === FALLBACK ? [] : [nameOf(at, digest)]));
  if (content.kind === 'copy') {
    const { from } = content;
    return [...own, ...placed, nameOf(from, from.digest ?? from.tag ?? '')];
  }
  const parts = content.mediaType === null ? [] : partsOf(content.bytes, content.mediaType);
  return [...own, ...placed, ...parts.flatMap((digest) => [nameOf(place, digest), nameOf(fallback, digest)])];
}

/** None of what cannot be read: that it cannot, its registry will say. */
function partsOf(bytes: Buffer, mediaType: string): readonly Digest[] {
  try {
    const document = parseManifest(bytes, mediaType, 'a manifest to deploy');
    const parts = document.kind === 'index' ? document.manifests : [document.config, ...document.layers];
    return parts.map(({ digest }) => digest);
  } catch (error) {
    if (error instanceof HallmarkError) return [];
    throw error;
  }
}

/** @param name digest or tag */
function nameOf(place: DeployReference, name: string): string {
  return `${formatReference({ ...place, tag: null, digest: null })} ${name}`;
}
