import type { RuleMatch } from './choose-rule.ts';

/**
 * The name under which a repository was signed: its own, or that of what it mirrors. As remapIdentity of containers-policy.json, but
 * whole components only, so that no other repository slips under the signed name.
 */
export function signedName(repository: string, { rule: { signedAs }, pattern }: RuleMatch): string {
  if (signedAs === null) return repository;
  if (!signedAs.endsWith('/**')) return signedAs;
  const below = repository.split('/').slice(1 + pattern.path.length);
  return [signedAs.slice(0, -'/**'.length), ...below].join('/');
}
