import type { Authority } from './policy.ts';

/** Equal for two authorities of which every signer of one is a signer of the other, whatever their windows. */
export function stableAuthority(authority: Authority | undefined): string {
  if (authority === undefined) return '';
  const { from: _from, to: _to, distrustedFrom: _distrusted, needsLog: _log, ...who } = authority;
  return JSON.stringify(who);
}
