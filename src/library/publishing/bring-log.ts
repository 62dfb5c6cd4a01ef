import { HallmarkError } from '../../model/errors.ts';
import type { ImageReader, ImageWriter } from '../../oci/store/image-store.ts';
import { PROVENANCE_TYPE, logsIn } from '../admission/provenance.ts';
import { type AttachedContent, writeContent } from '../../signing/attached-manifest.ts';
import { buildLogArtifact, findBuildLog } from '../logs/build-log-artifact.ts';
import type { AdmittedImage } from './admitted-image.ts';
import type { Publisher } from './publisher.ts';

export interface BroughtLog {
  /** To be attached; null where there is none. */
  readonly artifact: AttachedContent | null;
  /** Why the image is published without the log that its provenance names; null where it has it, or none is named. */
  readonly missing: string | null;
}

/**
 * Brings the log of an image along from quarantine, if it is the one that the provenance names: what else builders attach there stays
 * there. A log that cannot be had, or that the registry does not take, keeps no image from being published.
 *
 * @param writer of the public repository, which has the image
 */
export async function bringLog(
  { digest, predicates }: AdmittedImage,
  quarantine: ImageReader,
  writer: ImageWriter,
  { signal }: Publisher,
): Promise<BroughtLog> {
  const named = predicates.flatMap(({ type, value }) => (type === PROVENANCE_TYPE ? logsIn(value) : []));
  if (named.length === 0) return { artifact: null, missing: null };
  try {
    const found = await findBuildLog(quarantine, digest, new Set(named), signal);
    if (found.kind === 'missing') return { artifact: null, missing: found.because };
    const artifact = await buildLogArtifact(writer, digest, found.log, signal);
    await writeContent(artifact, writer, signal);
    return { artifact, missing: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HallmarkError)) throw error;
    return { artifact: null, missing: `${error.code}: ${error.message}` };
  }
}
