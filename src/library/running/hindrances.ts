/** What keeps images from being built here, in sentences: one for each reason, with the first image that it keeps. */
import { type GraphTarget, targetName } from '../builds/build-graph.ts';
import type { Plan } from '../plan/work.ts';
import type { Engines } from './roles/builder-role.ts';
import type { DefinedProgramme } from './stock/take-stock.ts';

/** Images that no engine at hand builds. @param targets of architectures that are built here */
export function unbuildable(targets: readonly GraphTarget[], engines: Engines): readonly string[] {
  const reasons = targets.flatMap((target) => {
    const found = engines.of(target);
    return typeof found === 'string' ? [{ target, because: found }] : [];
  });
  return byReason(reasons).map(({ names, because }) => `nothing here builds ${names}: ${because}`);
}

/** Images that cannot be built by anybody, for a reason of their own; those that are built on them go without saying. */
export function blockedImages({ graph }: DefinedProgramme, { blocked }: Plan): readonly string[] {
  const reasons = blocked.flatMap(({ sourceId, architecture, because, behind }) => {
    const target = graph.targets[graph.numberOf(sourceId, architecture) ?? -1];
    return target === undefined || behind !== null ? [] : [{ target, because }];
  });
  return byReason(reasons).map(({ names, because }) => `${names} cannot be built: ${because}`);
}

interface Hindered {
  readonly target: GraphTarget;
  readonly because: string;
}

function byReason(all: readonly Hindered[]): readonly { readonly names: string; readonly because: string }[] {
  return [...Map.groupBy(all, ({ because }) => because)].flatMap(([because, [first, ...others]]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return [{ names: `${targetName(first.target)} on ${first.target.architecture}${more}`, because }];
  });
}
