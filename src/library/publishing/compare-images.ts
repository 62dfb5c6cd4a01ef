/** What changed in the packages of an image, told from the evidence about it and about the one before. */
import type { PackageChanges } from '../../model/assessment.ts';
import { HallmarkError } from '../../model/errors.ts';
import { readAttestedBill } from '../admission/attested-bill.ts';
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
  const [had, has] = [readAttestedBill(known?.evidence ?? []), readAttestedBill(after.evidence)];
  return had === null || has === null ? null : packageChanges(had.packages, has.packages);
}

/** What cannot be told of an old image keeps no new one from being published. */
async function admittedBefore(
  image: ImageIdentity,
  quarantine: string,
  publisher: Publisher,
): Promise<AdmittedImage | null> {
  try {
    return await readAdmitted(image, { quarantine, gates: null }, publisher);
  } catch (error) {
    publisher.signal?.throwIfAborted();
    if (error instanceof HallmarkError) return null;
    throw error;
  }
}
