/** What changed in the packages of an image, told from the evidence about it and about the one before. */
import type { PackageChanges } from '../../model/assessment.ts';
import type { Package } from '../../model/package.ts';
import { HallmarkError } from '../../model/errors.ts';
import { readBill } from '../../sbom/read-bill.ts';
import { PREDICATE_TYPES } from '../../trust/statements/predicate-types.ts';
import type { EvidenceDocument } from '../admission/evidence-artifact.ts';
import { packageChanges } from '../ledger/package-changes.ts';
import { type AdmittedImage, type ImageIdentity, readAdmitted } from './admitted-image.ts';
import type { Publisher } from './publisher.ts';

/**
 * @param before null where there was none
 * @param quarantine `registry/path`
 * @returns null where there was none, or where quarantine does not tell any more what was in it
 */
export async function compareImages(
  before: ImageIdentity | null,
  after: AdmittedImage,
  quarantine: string,
  publisher: Publisher,
): Promise<PackageChanges | null> {
  if (before === null) return null;
  if (before.digest === after.digest) return { added: [], removed: [], changed: [] };
  const known = await admittedBefore(before, quarantine, publisher);
  const [had, has] = [packagesIn(known?.evidence ?? []), packagesIn(after.evidence)];
  return had === null || has === null ? null : packageChanges(had, has);
}

/** What cannot be told of an old image keeps no new one from being published. */
async function admittedBefore(
  image: ImageIdentity,
  quarantine: string,
  publisher: Publisher,
): Promise<AdmittedImage | null> {
  try {
    return await readAdmitted(image, quarantine, publisher);
  } catch (error) {
    publisher.signal?.throwIfAborted();
    if (error instanceof HallmarkError) return null;
    throw error;
  }
}

const BILLS: ReadonlySet<string> = new Set([...PREDICATE_TYPES.cyclonedx, ...PREDICATE_TYPES.spdx]);

function packagesIn(evidence: readonly EvidenceDocument[]): readonly Package[] | null {
  const bill = evidence.find(({ predicateType }) => BILLS.has(predicateType));
  if (bill === undefined) return null;
  try {
    return readBill(bill.bytes).packages;
  } catch (error) {
    if (error instanceof HallmarkError) return null;
    throw error;
  }
}
