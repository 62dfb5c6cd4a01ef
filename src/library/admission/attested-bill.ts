import { HallmarkError } from '../../model/errors.ts';
import { type ReadBill, readBill } from '../../sbom/read-bill.ts';
import { PREDICATE_TYPES } from '../../trust/statements/predicate-types.ts';
import type { EvidenceDocument } from './evidence-artifact.ts';

const BILLS: ReadonlySet<string> = new Set([...PREDICATE_TYPES.cyclonedx, ...PREDICATE_TYPES.spdx]);

/** The first bill of materials among what was found out about an image; null where there is none that can be read. */
export function readAttestedBill(evidence: readonly EvidenceDocument[]): ReadBill | null {
  const bill = evidence.find(({ predicateType }) => BILLS.has(predicateType));
  if (bill === undefined) return null;
  try {
    return readBill(bill.bytes);
  } catch (error) {
    if (error instanceof HallmarkError) return null;
    throw error;
  }
}
