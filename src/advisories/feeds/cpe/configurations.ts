/**
 * NVD's configurations: which products have a flaw, and beside what. A configuration joins nodes by AND or OR, a node
 * CPE names, some of which are `vulnerable` and others only have to be there ("running on"). What can be said of a
 * program by itself is kept: an OR of vulnerable products, and the same together with a platform that every image has.
 * NVD API 2.0, https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema
 */
import { z } from 'zod';
import type { VersionInterval } from '../../../versions/scheme.ts';
import type { AffectedPackage } from '../../advisory.ts';
import { isPlainText } from '../../feed.ts';
import { parseCpe } from './cpe-name.ts';
import { type CpeStatement, reasonToSkip, toAffected, versionOf } from './cpe-statements.ts';

const Cpe = z.string().transform((text, context) => {
  const cpe = parseCpe(text);
  if (cpe !== null) return cpe;
  context.addIssue('is no CPE 2.3 name');
  return z.NEVER;
});

const Bound = z
  .string()
  .refine(isPlainText, 'is empty, too long or has control characters')
  .nullish()
  .transform((bound) => bound ?? null);

const Match = z.object({
  vulnerable: z.boolean(),
  criteria: Cpe,
  versionStartIncluding: Bound,
  versionStartExcluding: Bound,
  versionEndIncluding: Bound,
  versionEndExcluding: Bound,
});

const Operator = z.enum(['AND', 'OR']).nullish();

const Node = z.object({
  operator: Operator,
  negate: z.boolean().nullish(),
  cpeMatch: z.array(Match).max(20_000),
});

/** Hundreds of routers share a flaw, each with its configuration; no record has a tenth of this. */
const MAX_MATCHES = 50_000;

export const Configurations = z
  .array(z.object({ operator: Operator, negate: z.boolean().nullish(), nodes: z.array(Node).max(1_000) }))
  .max(10_000)
  .refine((configurations) => matchesIn(configurations) <= MAX_MATCHES, 'has too many names');

function matchesIn(configurations: readonly { readonly nodes: readonly Node[] }[]): number {
  const nodes = configurations.flatMap((configuration) => configuration.nodes);
  return nodes.reduce((count, { cpeMatch }) => count + cpeMatch.length, 0);
}

export type Configurations = z.infer<typeof Configurations>;
type Match = z.infer<typeof Match>;
type Node = z.infer<typeof Node>;

export interface ReadConfigurations {
  readonly affected: readonly AffectedPackage[];
  /** Why parts of it say nothing about programs in images. */
  readonly skipped: ReadonlySet<string>;
}

const DENIED = 'a configuration that is denied';
const CONDITIONAL = 'a configuration that needs another product or platform';

/** What configurations say of the products that catalogers know. */
export function readConfigurations(configurations: Configurations): ReadConfigurations {
  const skipped = new Set<string>();
  const statements: CpeStatement[] = [];
  for (const { operator, negate, nodes } of configurations) {
    if (negate === true || nodes.some((node) => node.negate === true)) {
      skipped.add(DENIED);
      continue;
    }
    const alternatives = operator === 'AND' ? besideLinux(nodes) : nodes;
    if (alternatives.length === 0) skipped.add(CONDITIONAL);
    for (const node of alternatives) {
      // an AND of one name is an OR
      if (node.operator === 'AND' && node.cpeMatch.length > 1) skipped.add(CONDITIONAL);
      else statements.push(...node.cpeMatch.flatMap((match) => statementOf(match, skipped)));
    }
  }
  return { affected: toAffected(statements), skipped };
}

/** The one vulnerable node of an AND whose others hold in every image; none where they may not. */
function besideLinux(nodes: readonly Node[]): readonly Node[] {
  const vulnerable = nodes.filter(({ cpeMatch }) => cpeMatch.some((match) => match.vulnerable));
  const platforms = nodes.filter((node) => !vulnerable.includes(node));
  const holds = platforms.every((node) => node.operator !== 'AND' && node.cpeMatch.some(isLinux));
  return vulnerable.length === 1 && holds ? vulnerable : [];
}

/** Linux of any version, on which every image runs. */
function isLinux(match: Match): boolean {
  const { part, product, version } = match.criteria;
  if (part !== 'o' || product !== 'linux:linux_kernel') return false;
  return (version === '*' || version === '-') && intervalOf(match) === null;
}

function statementOf(match: Match, skipped: Set<string>): readonly CpeStatement[] {
  const { criteria, vulnerable } = match;
  const reason = vulnerable ? reasonToSkip(criteria) : 'a CPE of a product that is not vulnerable';
  if (reason === null && namesVersions(match)) {
    const { product, version } = criteria;
    if (version !== '*') return [{ product, intervals: [], versions: [versionOf(criteria)] }];
    const interval = intervalOf(match);
    return [{ product, intervals: interval === null ? [] : [interval], versions: [] }];
  }
  skipped.add(reason ?? 'a CPE whose versions cannot be told');
  return [];
}

/** Not those behind a version, which no interval of an advisory can say, nor those before `4.*`. */
function namesVersions({ criteria, ...bounds }: Match): boolean {
  const { version, update } = criteria;
  if (version !== '*') return version !== '-';
  const { versionStartIncluding, versionStartExcluding, versionEndIncluding, versionEndExcluding } = bounds;
  const stated = [versionStartIncluding, versionEndIncluding, versionEndExcluding];
  const isPlain = update === '*' || update === '-';
  return isPlain && versionStartExcluding === null && !stated.some((bound) => bound?.includes('*') === true);
}

/** Null for no bounds. */
function intervalOf(match: Match): VersionInterval | null {
  const { versionStartIncluding, versionEndExcluding, versionEndIncluding } = match;
  if (versionStartIncluding === null && versionEndExcluding === null && versionEndIncluding === null)
    return null;
  return {
    introduced: versionStartIncluding === '0' ? null : versionStartIncluding,
    fixed: versionEndExcluding,
    lastAffected: versionEndExcluding === null ? versionEndIncluding : null,
  };
}
