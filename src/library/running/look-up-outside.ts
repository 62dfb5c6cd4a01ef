/** What the names of outside images mean now: asked of their registries, remembered in the state. */
import { ARCHITECTURES } from '../../definitions/architectures.ts';
import { isDigest } from '../../model/digest.ts';
import { OciError } from '../../oci/errors.ts';
import { choosePlatform } from '../../oci/copy/image-parts.ts';
import { parseReference } from '../../oci/reference.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import type { OutsideParent } from '../builds/identify-builds.ts';
import { type OutsideImage, type OutsideImages, outsideKey } from '../builds/resolve-parents.ts';
import type { ProgrammeState } from '../state/programme-state.ts';

export interface LookUpOptions {
  readonly connection: ConnectionOptions;
  /** Seconds since 1970. */
  readonly now: number;
  /** What was found less than so many seconds ago is not asked for again. */
  readonly maximumAge: number;
  /** Names that something was pushed to: these are asked for at once. As `repository:tag`, without the registry. */
  readonly pushed: ReadonlySet<string>;
}

/** What is remembered of a name. */
interface Remembered {
  readonly reference: string;
  readonly digest: string;
  readonly since: number;
  readonly checkedAt: number;
}

/**
 * Looks up every outside image, each once. Of one that cannot be looked up the image that was known before stands; a pinned one is
 * asked for only until it was found.
 */
export async function lookUpOutside(
  parents: readonly OutsideParent[],
  state: Pick<ProgrammeState, 'recall' | 'remember'>,
  { connection, now, maximumAge, pushed }: LookUpOptions,
): Promise<OutsideImages> {
  const images = new Map<string, OutsideImage>();
  for (const parent of parents) {
    const key = outsideKey(parent);
    const known = recallImage(state.recall(memoryName(key)));
    const isFresh =
      known !== null &&
      (parent.pin !== null || (now - known.checkedAt < maximumAge && !wasPushed(parent, pushed)));
    if (isFresh && isDigest(known.digest)) {
      images.set(key, { ...known, digest: known.digest });
      continue;
    }
    const found = await lookUp(parent, connection);
    if ('because' in found) {
      images.set(key, known !== null && isDigest(known.digest) ? { ...known, digest: known.digest } : found);
      continue;
    }
    const since = known?.digest === found.digest ? known.since : now;
    state.remember(memoryName(key), JSON.stringify({ ...found, since, checkedAt: now }));
    images.set(key, { ...found, since });
  }
  return images;
}

/** What is remembered of outside images, without asking anybody. */
export function recallOutside(
  parents: readonly OutsideParent[],
  state: Pick<ProgrammeState, 'recall'>,
): OutsideImages {
  const images = new Map<string, OutsideImage>();
  for (const parent of parents) {
    const key = outsideKey(parent);
    const known = recallImage(state.recall(memoryName(key)));
    if (known !== null && isDigest(known.digest)) images.set(key, { ...known, digest: known.digest });
  }
  return images;
}

function wasPushed({ from }: OutsideParent, pushed: ReadonlySet<string>): boolean {
  if (pushed.size === 0) return false;
  const { repository, tag } = parseReference(from);
  return pushed.has(`${repository}:${tag}`);
}

const memoryName = (key: string) => `outside ${key}`;

function recallImage(text: string | null): Remembered | null {
  return text === null ? null : (JSON.parse(text) as Remembered);
}

async function lookUp(
  { from, pin, architecture }: OutsideParent,
  connection: ConnectionOptions,
): Promise<Omit<Extract<OutsideImage, { digest: unknown }>, 'since'> | { readonly because: string }> {
  try {
    const { registry, repository, tag } = parseReference(from);
    const place = `${registry}/${repository}`;
    const { reader, name } = await openImageReader(
      pin === null ? `${place}:${tag}` : `${place}@${pin}`,
      connection,
    );
    try {
      const root = await reader.readManifest(name, connection.signal);
      if (root === null) return { because: `${from} is not in its registry` };
      const { platform } = ARCHITECTURES[architecture];
      const { digest } = await choosePlatform(reader, root, platform, connection.signal);
      return { reference: `${place}@${digest}`, digest };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    return { because: `${from} cannot be looked up on ${architecture}: ${error.code}: ${error.message}` };
  }
}
