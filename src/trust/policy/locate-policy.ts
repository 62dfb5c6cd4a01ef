/** Reading the trust policy that lies somewhere: shared by every command that needs one. */
import { dirname, resolve } from 'node:path';
import { TrustError } from '../errors.ts';
import { parseTrustPolicy, type PolicyReading } from './parse-policy.ts';
import { findPolicy, POLICY_FILE, type PolicyPlace, type PolicyText, readPolicyText } from './policy-file.ts';

/** A policy that was read, and the folder that the files it names are looked for in. */
export interface LocatedPolicy extends PolicyReading {
  readonly file: string;
  readonly folder: string;
}

/** The policy that `findPolicy` finds, which must be there. @throws {TrustError} POLICY_ABSENT, and as {@link readFoundPolicy} */
export function requireTrustPolicy(place: PolicyPlace): LocatedPolicy {
  const found = findPolicy(place);
  if (found !== null) return readFoundPolicy(found);
  throw new TrustError('POLICY_ABSENT', `there is no ${POLICY_FILE} here and no policy of the user`);
}

/** @param name for messages: the file as the user wrote it */
export function readTrustPolicy(file: string, name: string): LocatedPolicy {
  return readFoundPolicy({ text: readPolicyText(file), file, name });
}

/** @throws {TrustError} POLICY_UNREADABLE, POLICY_INVALID, KEY_INVALID */
export function readFoundPolicy({ text, file, name }: PolicyText): LocatedPolicy {
  const folder = dirname(file);
  const read = (beside: string): string => readPolicyText(resolve(folder, beside));
  return { ...parseTrustPolicy(text, { name, read }), file, folder };
}
