import { OciError } from '../../oci/errors.ts';
import { parseReference } from '../../oci/reference.ts';
import { policyName } from './repository-pattern.ts';

export interface NamedReference {
  /** As `policyName` gives it. */
  readonly name: string;
  readonly tag: string | null;
}

/** What a text that was signed names; null where it is no reference. */
export function readNamedReference(text: string): NamedReference | null {
  try {
    const { registry, repository, tag } = parseReference(text);
    return { name: policyName(registry, repository), tag };
  } catch (error) {
    if (error instanceof OciError) return null;
    throw error;
  }
}
