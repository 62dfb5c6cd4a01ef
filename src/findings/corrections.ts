import type { Statement } from './match.ts';
import type { Weighed } from './weigh.ts';

/** Overlays: what they say of a flaw in a product takes the place of what the source says that they correct. */
const CORRECTED_BY: ReadonlyMap<string, string> = new Map([['nvd', 'nvd-overrides']]);

/** Upstream every source is heard, but for those that another one corrects on this very flaw. */
export function hearUpstream(statements: readonly Statement[]): Weighed {
  const sources = new Set(statements.map(sourceOf));
  const { heard = [], corrected = [] } = Object.groupBy(statements, (statement) =>
    sources.has(CORRECTED_BY.get(sourceOf(statement)) ?? '') ? 'corrected' : 'heard',
  );
  const reason = 'what corrects this source decides';
  return { heard, passedOver: corrected.map((statement) => ({ statement, reason })) };
}

function sourceOf({ candidate }: Statement): string {
  return candidate.advisory.source;
}
