/** Images of parents as the programme remembers them: what it built itself, and what was found of outside images. */
import { type Architecture, ARCHITECTURES } from '../../definitions/architectures.ts';
import { tagNames } from '../../definitions/find-entries.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Programme, ProgrammeSettings } from '../programme/programme.ts';
import type { BuildGraph } from './build-graph.ts';
import type { BuildId } from './build.ts';
import { type OutsideParent, type ParentImages, SCRATCH } from './identify-builds.ts';

/** What was found under the name of an outside image: the manifest of the architecture, or why there is none. */
export type OutsideImage =
  | {
      /** `registry/repository@sha256:…` */
      readonly reference: string;
      readonly digest: Digest;
      /** When the name was first seen to mean it; seconds since 1970. */
      readonly since: number;
    }
  | { readonly because: string };

/** By `outsideKey`. */
export type OutsideImages = ReadonlyMap<string, OutsideImage>;

/** `debian:12@sha256:…/amd64`. What is pinned is looked up by its pin alone, and found once and for all. */
export function outsideKey({ from, pin, architecture }: OutsideParent): string {
  return `${from}${pin === null ? '' : `@${pin}`}/${architecture}`;
}

/** By the programme's pins, or by the Dockerfile itself; null for a name that may come to mean something else. */
export function pinOf({ from, pin }: Pick<OutsideParent, 'from' | 'pin'>): Digest | null {
  return pin ?? digestIn(from);
}

function digestIn(from: string): Digest | null {
  const at = from.lastIndexOf('@');
  const digest = from.slice(at + 1);
  return at >= 0 && isDigest(digest) ? digest : null;
}

/** Where the image of a pin is. @throws {OciError} REFERENCE_INVALID */
export function pinnedReference(from: string, pin: Digest): string {
  const { registry, repository } = parseReference(from);
  return `${registry}/${repository}@${pin}`;
}

/** Why a name that no source has is the programme's own all the same; null for an image from outside. */
export type OwnName = (from: string, architecture: Architecture) => string | null;

/**
 * An image of a definition that cannot be read, of a commit that is not there, or of a tag that the definition has no more, must not
 * be taken from somewhere else under the same name: `redis:7` of Docker Hub is not that of a programme with a redis of its own. Pins
 * say what is meant, and a programme that publishes to the very place where the name leads has its older images there.
 */
export function ownNames({
  repositories,
  broken,
  pins,
  settings,
}: Pick<Programme, 'repositories' | 'broken' | 'pins'> & {
  readonly settings: Pick<ProgrammeSettings, 'registry'>;
}): OwnName {
  const isOwnPlace = (name: string) => isSamePlace(name, `${settings.registry.public}/${name}`);
  const tags = new Set<string>();
  for (const { name, definition } of repositories.values()) {
    for (const entry of definition.entries) {
      for (const tag of tagNames(name, entry)) tags.add(tag);
    }
  }
  const brokenNames = new Set(broken.map(({ name }) => name));
  return (written, architecture) => {
    // `arm64v8/debian:12` is the same image by another name
    const namespace = `${ARCHITECTURES[architecture].namespace}/`;
    const from = written.startsWith(namespace) ? written.slice(namespace.length) : written;
    if (tags.has(from)) return `${from} is defined, and has no source here`;
    const [repository = ''] = from.split(/[:@]/, 1);
    if (brokenNames.has(repository)) return `the definition of ${repository} cannot be read`;
    if (!repositories.has(repository)) return null;
    if (from.includes('@') || pins.has(from) || isOwnPlace(repository)) return null;
    return `${from} is not defined: the programme has a repository ${repository}, and no such tag of it`;
  };
}

function isSamePlace(a: string, b: string): boolean {
  const [one, other] = [parseReference(a), parseReference(b)];
  return one.registry === other.registry && one.repository === other.repository;
}

/** Every outside image that some target needs, each once, in the order of the targets. */
export function outsideParentsOf({ targets }: BuildGraph, ownName: OwnName): readonly OutsideParent[] {
  const found = new Map<string, OutsideParent>();
  for (const { place, architecture } of targets) {
    for (const [from, { sourceId, pin }] of place.parents) {
      if (sourceId !== null || from === SCRATCH || ownName(from, architecture) !== null) continue;
      const parent = { from, pin, architecture };
      const key = outsideKey(parent);
      if (!found.has(key)) found.set(key, parent);
    }
  }
  return [...found.values()];
}

/** Admitted images, as the state's snapshot has them. */
export interface AdmittedImages {
  get(
    buildId: BuildId,
  ): { readonly admission: { readonly reference: string; readonly digest: Digest } } | undefined;
}

/** A parent of the programme is the image that was admitted last for its build, wherever its tags point to by now. */
export function rememberedImages(
  images: AdmittedImages,
  outside: OutsideImages,
  ownName: OwnName,
): ParentImages {
  return {
    ofBuild({ buildId }) {
      const image = images.get(buildId);
      if (image === undefined) return null;
      const { digest, reference } = image.admission;
      const { registry, repository } = parseReference(reference);
      return { reference: `${registry}/${repository}@${digest}`, digest };
    },
    ofOutside(parent) {
      const own = ownName(parent.from, parent.architecture);
      if (own !== null) return { because: own };
      const image = outside.get(outsideKey(parent));
      if (image === undefined)
        return { because: `${parent.from} has not been looked up on ${parent.architecture} yet` };
      return 'because' in image ? image : { reference: image.reference, digest: image.digest };
    },
  };
}
