/** What is read from a bill of materials, whatever its format and whoever wrote it. */
import type { JsonObject } from '../formats/json.ts';
import type { XmlElement } from '../formats/xml.ts';
import type { AssessedImage } from '../model/assessment.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Digest } from '../model/digest.ts';
import type { Distribution, Package } from '../model/package.ts';

/** What the bill says it is about. */
export interface BillSubject {
  readonly name: string;
  /** Of the image's manifest. */
  readonly digest: Digest | null;
  /** `linux/amd64`. */
  readonly platform: string | null;
  /** Everything that was known of the image, where Hallmark wrote the bill; null in other tools' bills. */
  readonly image: AssessedImage | null;
}

export interface BillReading {
  /** `CycloneDX 1.6 (JSON)`. */
  readonly format: string;
  /** `syft 1.38.0`; null when the bill does not say what wrote it. */
  readonly tool: string | null;
  readonly subject: BillSubject | null;
  readonly distribution: Distribution | null;
  /** Sorted as an inventory is: by type, name, version and path. */
  readonly packages: readonly Package[];
  /** What the bill's writer did not see, where it says so, and what could not be read of the bill. */
  readonly coverage: readonly Coverage[];
}

/** A file as far as it can be read without knowing its format. */
export type BillDocument =
  | { readonly kind: 'json'; readonly value: JsonObject }
  | { readonly kind: 'xml'; readonly root: XmlElement }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Reads one format. Null for a document of another format.
 *
 * @throws {SbomError} SBOM_UNREADABLE: it is of this format, and cannot be read at all
 */
export type BillReader = (document: BillDocument) => BillReading | null;

const NO_IMAGE: Omit<AssessedImage, 'reference' | 'digest' | 'platform'> = {
  kind: 'image',
  indexDigest: null,
  configDigest: null,
  created: null,
  author: null,
  labels: {},
  annotations: {},
  run: null,
  layers: [],
  history: [],
  base: null,
};

/** The image that a bill is about, under the reference that it was asked for by: `sbom:bom.json`. */
export function imageOfBill({ subject }: BillReading, reference: string): AssessedImage {
  const known = subject?.image ?? {
    ...NO_IMAGE,
    digest: subject?.digest ?? null,
    platform: subject?.platform ?? null,
  };
  return { ...known, reference };
}
