import type { Endorsement } from '../../model/trust.ts';
import type { EvidenceGathering } from '../../oci/evidence/evidence-manifest.ts';
import type { PublicKey } from '../material/keys.ts';
import { knownSubjects, readEvidence, subjectsToRead } from './read-evidence.ts';
import { verifyEvidence } from './verify-evidence.ts';

const ALWAYS = { from: null, to: null, distrustedFrom: null, needsLog: false } as const;

/**
 * What one key, and no other, has signed about what was gathered.
 *
 * @param name what to call the key
 */
export async function endorsementsByKey(
  gathering: Pick<EvidenceGathering, 'root' | 'subjects' | 'manifests'>,
  key: PublicKey,
  name: string,
  now: Date,
): Promise<readonly Endorsement[]> {
  const { evidence } = await readEvidence(gathering);
  const { subjects } = await knownSubjects(gathering, subjectsToRead(evidence));
  const material = { sigstore: [], keys: [{ ...key, ...ALWAYS, name }], stores: [] };
  return verifyEvidence(evidence, { subjects, material, now }).flatMap(({ endorsements }) => endorsements);
}
