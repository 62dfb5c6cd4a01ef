import type { Endorsement } from '../../model/trust.ts';
import { matchesIdentity } from '../identity/match-identity.ts';
import type { TrustPolicy, TrustRule } from './policy.ts';

/** What those say whom a rule names, whatever it asks them for; nothing without a rule. */
export function believedEndorsements(
  { authorities }: Pick<TrustPolicy, 'authorities'>,
  rule: Pick<TrustRule, 'requirements'> | null,
  endorsements: readonly Endorsement[],
): readonly Endorsement[] {
  const names = new Set(rule?.requirements.flatMap(({ by }) => by));
  const named = [...names].flatMap((name) => authorities[name] ?? []);
  return endorsements.filter(({ signer }) => named.some((authority) => matchesIdentity(signer, authority)));
}
