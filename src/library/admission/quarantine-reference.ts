import type { Admission } from './admission.ts';

/** What a name in quarantine says of its image. */
export type QuarantinePlace = Pick<Admission, 'architecture' | 'buildId' | 'generation'>;

/** `<build>`, and from the second generation on `<build>-<generation>`: a rebuild never takes the place of what it replaces. */
export function quarantineTag({ buildId, generation }: QuarantinePlace): string {
  return generation === 1 ? buildId : `${buildId}-${generation}`;
}

/** Where the builders of an architecture put this image: `registry/path/amd64:<build>`. @param quarantine `registry/path` */
export function quarantineReference(quarantine: string, place: QuarantinePlace): string {
  return `${quarantine}/${place.architecture}:${quarantineTag(place)}`;
}
