import { parseJsonObject } from '../formats/json.ts';
import type { BaseMaterial } from '../inventory/base/base-image.ts';
import { baseMaterials } from '../inventory/base/provenance.ts';
import type { Coverage } from '../model/coverage.ts';
import { OciError } from '../oci/errors.ts';
import type { LayeredImage } from '../oci/image.ts';

/** What an image's own provenance says of how it was built. Not verified: it is a claim like a label. */
export interface Provenance {
  readonly materials: readonly BaseMaterial[];
  readonly coverage: readonly Coverage[];
}

export const NO_PROVENANCE: Provenance = { materials: [], coverage: [] };

const PREDICATE = 'https://slsa.dev/provenance/';
/** BuildKit's fullest provenance of large builds has some hundred kilobytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads the provenance in the image's index, where there is one; what cannot be read is coverage. */
export async function readProvenance(image: LayeredImage): Promise<Provenance> {
  const materials: BaseMaterial[] = [];
  try {
    for (const attachment of await image.attachments('index')) {
      if (attachment.predicateType?.startsWith(PREDICATE) !== true || attachment.sizeBytes > MAX_BYTES)
        continue;
      const statement = parseJsonObject(Buffer.from(await attachment.read()).toString());
      if (statement !== null) materials.push(...baseMaterials(statement, image.digest));
    }
    return { materials, coverage: [] };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    const message = `The image's provenance could not be read (${error.message}); what it says of the base image is missing.`;
    const subject = image.digest ?? image.reference;
    return { materials, coverage: [{ code: 'EVIDENCE_UNREADABLE', message, subject }] };
  }
}
