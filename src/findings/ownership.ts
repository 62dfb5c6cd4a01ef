import { according, conclusion, type SourceNames } from './because.ts';
import { suppress, type Decision } from './decide.ts';
import { isDistributionPackage } from './ecosystems.ts';

/**
 * Lets a distribution's verdict outrank upstream advisories about the same flaw in files that its package owns: Debian
 * patches `node-semver` without changing the version that its package.json states. It does so one flaw at a time:
 * where the distribution says nothing, the upstream advisory stays. Owners that are no distribution's packages, as those
 * of conda, have no verdicts that outrank any.
 */
export function applyOwnership(decisions: readonly Decision[], names: SourceNames): Decision[] {
  const byOwner = new Map<string, Map<string, Decision>>();
  const owners = new Set(decisions.flatMap((decision) => decision.package.ownedBy ?? []));
  for (const decision of decisions) {
    if (!owners.has(decision.package.id) || !isDistributionPackage(decision.package)) continue;
    const flaws = byOwner.get(decision.package.id) ?? new Map<string, Decision>();
    byOwner.set(decision.package.id, flaws);
    for (const name of [decision.id, ...decision.aliases]) flaws.set(name, decision);
  }
  return decisions.map((decision) => {
    const flaws = byOwner.get(decision.package.ownedBy ?? '');
    if (flaws === undefined) return decision;
    const [ruling] = [decision.id, ...decision.aliases].flatMap((name) => flaws.get(name) ?? []);
    return ruling === undefined ? decision : suppressByRuling(decision, ruling, names);
  });
}

function suppressByRuling(decision: Decision, ruling: Decision, names: SourceNames): Decision {
  const { id, source } = ruling.statements[0].candidate.advisory;
  const { name, version } = ruling.package;
  const files = `the files belong to the package ${name} ${version}`;
  return suppress(decision, `${files}; ${according(source, names)} ${conclusion(ruling)}`, {
    advisory: id,
    source,
  });
}
