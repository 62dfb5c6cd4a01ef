import { HallmarkError } from '../../model/errors.ts';
import type { ImageReader, ImageWriter } from '../../oci/store/image-store.ts';
import { PROVENANCE_TYPE, logsIn } from '../admission/provenance.ts';
import { attachBuildLog, findBuildLog } from '../logs/build-log-artifact.ts';
import type { AdmittedImage } from './admitted-image.ts';
import type { Publisher } from './publisher.ts';

/**
 * Brings the log of an image along from quarantine, if it is the one that the provenance names: what else builders attach there stays
 * there. A log that cannot be had keeps no image from being published.
 *
 * @returns why the image is published without the log that its provenance names; null where it has it, or none is named
 */
export async function attachLog(
  { digest, predicates }: AdmittedImage,
  quarantine: ImageReader,
  writer: ImageWriter,
  { signal }: Publisher,
): Promise<string | null> {
  const named = predicates.flatMap(({ type, value }) => (type === PROVENANCE_TYPE ? logsIn(value) : []));
  if (named.length === 0) return null;
  try {
    const found = await findBuildLog(quarantine, digest, new Set(named), signal);
    if (found.kind === 'missing') return found.because;
    await attachBuildLog(writer, digest, found.log, signal);
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HallmarkError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}
