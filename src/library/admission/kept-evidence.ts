/** Evidence that lies on this machine too, by its digest, for questions that are asked often. What is lost is in quarantine still. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { type Digest, digestHex, digestOf } from '../../model/digest.ts';
import type { EvidenceDocument } from './evidence-artifact.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** @param folder of the programme's state */
export function keepEvidence(folder: string, { bytes }: EvidenceDocument): void {
  replaceFile(placeOf(folder, digestOf(bytes)), (partial) => writeFileSync(partial, bytes));
}

/** Null where it is not kept, or is not what was kept any more. */
export function readKeptEvidence(folder: string, digest: Digest): Buffer | null {
  try {
    const bytes = readBoundedFile(placeOf(folder, digest), MAX_BYTES);
    return bytes !== null && digestOf(bytes) === digest ? bytes : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** @param folder of the programme's state */
export function evidenceFolder(folder: string): string {
  return join(folder, 'evidence');
}

function placeOf(folder: string, digest: Digest): string {
  return join(evidenceFolder(folder), digestHex(digest));
}
