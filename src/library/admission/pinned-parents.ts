/**
 * Whether the images from outside that are pinned are those of their pins. A pin names an index, and which of its images was taken is told
 * by the state, which may be forged.
 */
import { ARCHITECTURES } from '../../definitions/architectures.ts';
import { platformDigest } from '../../oci/copy/platform-digest.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { pinnedReference } from '../builds/resolve-parents.ts';
import type { AdmissionCheck } from './admission.ts';
import type { BuiltImageFacts } from './built-image.ts';
import { held } from './checks.ts';

/** @throws {OciError} what keeps the registry of a pinned image from being asked */
export async function checkPins(
  { build: { parents, architecture }, pins }: Pick<BuiltImageFacts, 'build' | 'pins'>,
  connection: ConnectionOptions,
): Promise<AdmissionCheck> {
  const { platform } = ARCHITECTURES[architecture];
  const pinned = parents.filter(({ from }) => pins.has(from));
  for (const { from, digest } of pinned) {
    const pin = pins.get(from);
    if (pin === undefined || pin === digest) continue;
    const meant = await platformDigest(pinnedReference(from, pin), platform, connection);
    if (meant === digest) continue;
    const because = `${from} is pinned to ${pin}, which is ${meant ?? 'not there'} for ${architecture}, and it is built on ${digest}`;
    return held('pins', because, '');
  }
  const names = pinned.map(({ from }) => from).join(', ');
  return held('pins', null, names === '' ? 'nothing is pinned' : `${names}: as pinned`);
}
