/** Assessments that rest on a bill of materials in place of layers: a file, or what is attached to an image. */
import { readFileSync, statSync } from 'node:fs';
import type { AssessedImage, Assessment, BillSource } from '../model/assessment.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Distribution, Package } from '../model/package.ts';
import type { Attachment, LayeredImage } from '../oci/image.ts';
import { readBill, type ReadBill } from '../sbom/read-bill.ts';
import { imageOfBill } from '../sbom/reading.ts';
import { AssessError } from './errors.ts';

const MAX_BYTES = 256 * 1024 * 1024;

/** Whatever an assessment is made from: the same for layers and for bills. */
export interface AssessedContents {
  readonly distribution: Distribution | null;
  readonly packages: readonly Package[];
  readonly files: Assessment['files'];
  readonly digests: Assessment['fileDigests'];
  readonly secrets: Assessment['secrets'];
  readonly coverage: readonly Coverage[];
  readonly bill: BillSource | null;
}

/**
 * Reads a bill of materials from a file.
 *
 * @param reference as the user wrote it: `sbom:bom.cdx.json`, or `sbom:-` for standard input
 * @throws {AssessError} SBOM_FILE_UNREADABLE
 * @throws {SbomError} what is wrong with the bill as a whole
 */
export function readBillFile(reference: string): {
  readonly image: AssessedImage;
  readonly contents: AssessedContents;
} {
  const bill = readBill(readBytes(reference.slice(reference.indexOf(':') + 1)));
  return { image: imageOfBill(bill, reference), contents: toContents(bill, 'file') };
}

function readBytes(file: string): Uint8Array {
  try {
    const size = file === '-' ? 0 : statSync(file).size;
    if (size <= MAX_BYTES) return readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    throw new AssessError('SBOM_FILE_UNREADABLE', `${file} could not be read`, { subject: file, cause });
  }
  throw new AssessError('SBOM_FILE_UNREADABLE', `${file} has more than ${MAX_BYTES} bytes`, {
    subject: file,
  });
}

/**
 * Reads the bill that is attached to an image: an attestation in its index, else an artifact that refers to it. Of
 * several the first that can be read counts, in that order.
 *
 * @throws {AssessError} SBOM_NOT_ATTACHED
 * @throws {OciError} what the registry or the layout throws
 */
export async function readAttachedBill(image: LayeredImage): Promise<AssessedContents> {
  const coverage: Coverage[] = [];
  for (const source of ['index', 'referrers'] as const) {
    for (const attachment of await image.attachments(source)) {
      if (!mayBeBill(attachment)) continue;
      const bill = openBill(await attachment.read(), attachment, image, coverage);
      if (bill === null) continue;
      const contents = toContents(bill, source);
      return { ...contents, coverage: [...contents.coverage, ...coverage] };
    }
  }
  const because = coverage.map(({ message }) => message).join(' ');
  throw new AssessError('SBOM_NOT_ATTACHED', `no bill of materials is attached to ${image.reference}`, {
    subject: image.reference,
    ...(because === '' ? {} : { cause: new Error(because) }),
  });
}

/** Formats by their media types, and in-toto statements unless they say that they are about something else. */
function mayBeBill({ mediaType, artifactType, predicateType }: Attachment): boolean {
  if (predicateType !== null) return BILL.test(predicateType);
  return BILL.test(mediaType) || BILL.test(artifactType) || mediaType.startsWith('application/vnd.in-toto');
}

const BILL = /spdx|cyclonedx|syft/i;

/** Null for what cannot be read, or is about another image; `coverage` says so. */
function openBill(
  bytes: Uint8Array,
  { digest, predicateType }: Attachment,
  image: LayeredImage,
  coverage: Coverage[],
): ReadBill | null {
  const refuse = (why: string): null => {
    const message = `The attachment ${digest} was not used as a bill of materials: ${why}.`;
    coverage.push({ code: 'EVIDENCE_UNREADABLE', message, subject: digest });
    return null;
  };
  try {
    const bill = readBill(bytes);
    // what one image's attestation says of it is not to be believed of another one
    const digests = bill.statement?.subjects.flatMap((subject) => subject.digest ?? []) ?? [];
    const isOwn =
      digests.length === 0 || digests.some((one) => one === image.digest || one === image.indexDigest);
    return isOwn ? bill : refuse('its statement is about another image');
  } catch (error) {
    if (predicateType === null) return null; // an in-toto statement of another kind
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function toContents(bill: ReadBill, origin: BillSource['origin']): AssessedContents {
  const { distribution, packages, coverage, format, tool, statement } = bill;
  return {
    distribution,
    packages,
    files: [],
    digests: [],
    secrets: [],
    coverage,
    bill: { format, tool, origin, attested: statement !== null },
  };
}
