import type { XmlElement } from '../../../formats/xml.ts';

/** A leaf of a definition's criteria: the test that it names. */
export interface Criterion {
  /** Identifier of the test; null for one that refers to another definition. */
  readonly test: string | null;
  readonly comment: string;
  readonly negated: boolean;
}

/** Conditions joined by an operator. OVAL 5.11, CriteriaType. */
export interface Criteria {
  readonly operator: string;
  readonly negated: boolean;
  readonly conditions: readonly (Criteria | Criterion)[];
}

/** One way in which criteria can be met: all of these at once. */
export type Alternative = readonly Criterion[];

/** Criteria of real definitions have some ten thousand leaves at most when they are written out. */
const MOST_LEAVES = 1_000_000;

export function criteriaOf({ attributes, children }: XmlElement): Criteria {
  return {
    operator: attributes.get('operator') ?? 'AND',
    negated: attributes.get('negate') === 'true',
    conditions: children.flatMap((child) => {
      if (child.name === 'criteria') return criteriaOf(child);
      return child.name === 'criterion' || child.name === 'extend_definition' ? criterionOf(child) : [];
    }),
  };
}

function criterionOf({ attributes }: XmlElement): Criterion {
  return {
    test: attributes.get('test_ref') ?? null,
    comment: (attributes.get('comment') ?? '').trim(),
    negated: attributes.get('negate') === 'true',
  };
}

/**
 * The criteria as alternatives (their disjunctive normal form), so that each can be read by itself. Null where they use
 * an operator other than AND and OR, or would grow beyond bounds.
 */
export function alternativesOf(criteria: Criteria): readonly Alternative[] | null {
  return expand(criteria, false);
}

function expand(node: Criteria | Criterion, outerNegation: boolean): readonly Alternative[] | null {
  const negated = node.negated !== outerNegation;
  if (!('conditions' in node)) return [[{ ...node, negated }]];
  if (node.operator !== 'AND' && node.operator !== 'OR') return null;
  // De Morgan: neither of two is that the one is not and the other is not
  const isJoined = (node.operator === 'AND') !== negated;
  const parts: (readonly Alternative[])[] = [];
  for (const condition of node.conditions) {
    const part = expand(condition, negated);
    if (part === null) return null;
    parts.push(part);
  }
  return isJoined ? joined(parts) : bounded(parts.flat());
}

function joined(parts: readonly (readonly Alternative[])[]): readonly Alternative[] | null {
  const [first = [], ...others] = parts;
  let result = first;
  for (const part of others) {
    if (leavesOf(result) * part.length + leavesOf(part) * result.length > MOST_LEAVES) return null;
    result = result.flatMap((one) => part.map((other) => [...one, ...other]));
  }
  return result;
}

function bounded(alternatives: readonly Alternative[]): readonly Alternative[] | null {
  return leavesOf(alternatives) > MOST_LEAVES ? null : alternatives;
}

function leavesOf(alternatives: readonly Alternative[]): number {
  return alternatives.reduce((sum, { length }) => sum + length, 0);
}
