/** From a reference to the manifests that evidence may be about: an index, the indexes in it, and what they list. */
import { type Digest, isDigest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import { OciError } from '../errors.ts';
import { type ImageIndex, isIndexMediaType, parseManifest } from '../manifest.ts';
import { isAttestation } from '../platform-choice.ts';
import type { StoredManifest } from '../store/image-store.ts';
import { isAttestationManifest } from './evidence-types.ts';
import { lookUp, openManifest } from './find-attached.ts';
import { orGap } from './gaps.ts';
import { annotatedSubject, type Leaf, wantedLeaves } from './listed-subjects.ts';
import { addSubject, noteIncomplete, noteListing, type Search } from './search.ts';

/** Indexes in indexes: two levels occur. */
const MAX_DEPTH = 3;
const MAX_INDEXES = 64;

export interface ImageTree {
  /** Whether nothing below the root is looked at. */
  readonly isRootAlone: boolean;
  /** Null until it has been read. */
  root: StoredManifest | null;
  readonly leaves: Leaf[];
  /** Indexes that have been asked for, and how many of them are still under way. */
  indexes: number;
  waiting: number;
}

export function emptyTree(isRootAlone: boolean): ImageTree {
  return { isRootAlone, root: null, leaves: [], indexes: 0, waiting: 0 };
}

/** Asks for the root and, where its digest is known, at once for what is attached to it. */
export function lookUpRoot(search: Search, tree: ImageTree, name: string): void {
  const [store] = search.stores;
  search.rounds.pose({
    about: null,
    requests: 1,
    async ask() {
      const root = await store.readManifest(name, search.signal);
      if (root !== null) return { requests: 1, roundTrips: 1, take: () => takeRoot(search, tree, root) };
      const subject = `the manifest ${name} of ${store.name}`;
      throw new OciError('MANIFEST_UNKNOWN', `${subject} is not there`, { subject });
    },
  });
  if (isDigest(name)) lookUp(search, name, 'index');
}

function takeRoot(search: Search, tree: ImageTree, root: StoredManifest): void {
  const { digest, bytes, mediaType } = root;
  const [store] = search.stores;
  const document = parseManifest(bytes, mediaType, `the manifest ${digest} of ${store.name}`);
  tree.root = root;
  const role =
    document.kind === 'index' ? 'index' : isAttestationManifest(document) ? 'attestation' : 'image';
  const subject = { digest, mediaType, sizeBytes: bytes.length, role, platform: null, parent: null } as const;
  addSubject(search, subject, bytes);
  lookUp(search, digest, role);
  if (document.kind === 'index' && !tree.isRootAlone)
    takeEntries(search, tree, document, { index: digest, depth: 1 });
}

interface Level {
  readonly index: Digest;
  readonly depth: number;
}

function takeEntries(search: Search, tree: ImageTree, { manifests }: ImageIndex, level: Level): void {
  for (const entry of manifests) {
    const { digest, mediaType, sizeBytes } = entry;
    if (!isIndexMediaType(mediaType)) {
      tree.leaves.push({ entry, parent: level.index });
      continue;
    }
    if (level.depth > MAX_DEPTH || tree.indexes >= MAX_INDEXES) {
      noteIncomplete(search, level.index, `the index ${digest} was not read: too many indexes in indexes`);
      continue;
    }
    const subject = { digest, mediaType, sizeBytes, platform: null, parent: level.index } as const;
    if (!addSubject(search, { ...subject, role: 'index' })) continue;
    lookUp(search, digest, 'index');
    openIndex(search, tree, { index: digest, depth: level.depth + 1 });
  }
}

function openIndex(search: Search, tree: ImageTree, level: Level): void {
  const { index } = level;
  tree.indexes += 1;
  const isPosed = search.rounds.pose({
    about: index,
    requests: 1,
    async ask() {
      const outcome = await orGap(readIndex(search, index), index, index);
      const take = (): void => {
        tree.waiting -= 1;
        if ('gap' in outcome) noteIncomplete(search, index, outcome.gap.message);
        else takeEntries(search, tree, outcome.found, level);
      };
      return { requests: 1, roundTrips: 1, take };
    },
  });
  if (isPosed) tree.waiting += 1;
  else noteIncomplete(search, index, `the index ${index} was not read: too many requests`);
}

async function readIndex(search: Search, digest: Digest): Promise<ImageIndex> {
  const subject = `the index ${digest} of ${search.stores[0].name}`;
  const known = search.subjects.get(digest);
  if (known === undefined) throw new OciError('MANIFEST_UNKNOWN', `${subject} is not known`, { subject });
  const document = parseManifest(await known.read(), known.mediaType, subject);
  if (document.kind === 'index') return document;
  throw new OciError('MANIFEST_INVALID', `${subject} is none`, { subject });
}

/** Asks for what is attached to images and attestations, once every index has been read. */
export function lookUpLeaves(search: Search, tree: ImageTree, platform: Platform | undefined): void {
  if (tree.waiting > 0 || tree.leaves.length === 0) return;
  const [store] = search.stores;
  for (const { entry, parent } of wantedLeaves(tree.leaves.splice(0), platform, store.name)) {
    const { digest, mediaType, sizeBytes } = entry;
    const role = isAttestation(entry) ? 'attestation' : 'image';
    const isOn = role === 'image' ? entry.platform : null;
    if (!addSubject(search, { digest, mediaType, sizeBytes, role, platform: isOn, parent })) continue;
    lookUp(search, digest, role);
    if (role === 'image') continue;
    noteListing(search, digest, { about: parent, place: 'index', annotated: annotatedSubject(entry) });
    search.opening.add(digest);
    openManifest(search, digest, { about: parent, store });
  }
}
