import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { ImageReader } from '../store/image-store.ts';
import type { EvidenceLayer } from './evidence-manifest.ts';
import { isSignatureType } from './evidence-types.ts';
import type { ByteBudget, EvidenceLimits } from './limits.ts';

/** A layer whose size is held against the limits before one byte of it is asked for, and then against what comes. */
export function evidenceLayer(
  { mediaType, digest, sizeBytes, annotations }: Descriptor,
  store: ImageReader,
  limits: EvidenceLimits,
  budget: ByteBudget,
  signal: AbortSignal | undefined,
): EvidenceLayer {
  const subject = `the evidence ${digest} of ${store.name}`;
  const tooLarge = (reason: string): OciError =>
    new OciError('EVIDENCE_TOO_LARGE', `${subject} was not read: ${reason}`, { subject });
  return {
    mediaType,
    digest,
    sizeBytes,
    annotations,
    async read() {
      const most = isSignatureType(mediaType) ? limits.signatureBytes : limits.statementBytes;
      if (sizeBytes > most) throw tooLarge(`it has ${sizeBytes} bytes; at most ${most} are read`);
      if (!budget.take(sizeBytes)) {
        throw tooLarge(`with its ${sizeBytes} bytes there were more than ${limits.totalBytes} in all`);
      }
      const parts: Uint8Array[] = [];
      for await (const part of store.openBlob({ mediaType, digest, sizeBytes }, signal)) parts.push(part);
      return Buffer.concat(parts);
    },
  };
}
