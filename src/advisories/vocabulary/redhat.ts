import type { SourceStatus } from '../advisory.ts';

/** https://access.redhat.com/security/updates/classification, "States of fixes". */
const FIX_STATES: ReadonlyMap<string, SourceStatus> = new Map<string, SourceStatus>([
  ['affected', 'affected'],
  ['fix deferred', 'deferred'],
  ['new', 'under_investigation'],
  ['not affected', 'not_affected'],
  ['out of support scope', 'end_of_life'],
  ['under investigation', 'under_investigation'],
  ['will not fix', 'will_not_fix'],
]);

/**
 * What Red Hat says of a component that has no fix, in its own words: `fix_state` of its API, the details of
 * remediations in its CSAF documents, the resolutions in its OVAL definitions. Null for other words.
 */
export function redHatFixState(
  word: string,
): { readonly status: SourceStatus; readonly statusWord: string | null } | null {
  const plain = word.trim();
  const status = plain.length > 50 ? undefined : FIX_STATES.get(plain.toLowerCase());
  if (status === undefined) return null;
  const isPlainStatus = status === 'affected' || status === 'not_affected';
  return { status, statusWord: isPlainStatus ? null : plain };
}
