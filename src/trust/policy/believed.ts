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

/**
 * What the others say, where a rule names anybody: sound, and worth no more than that somebody has an account with an issuer.
 * Whoever may push can attach it, and must not speak in a report as if the user believed them.
 */
export function saidByStrangers(
  rule: Pick<TrustRule, 'requirements'> | null,
  endorsements: readonly Endorsement[],
  believed: readonly Endorsement[],
): ReadonlySet<Endorsement> {
  const others = new Set(rule === null || rule.requirements.length === 0 ? [] : endorsements);
  for (const endorsement of believed) others.delete(endorsement);
  return others;
}
