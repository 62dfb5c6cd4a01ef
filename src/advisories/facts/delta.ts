/**
 * The difference between two databases as a list of changes in the order of facts: what an update moves instead of the
 * whole, and what `hallmark db diff` shows. Changes are found and applied in one pass over each side.
 */
import { AdvisoryError } from '../errors.ts';
import { compareKeys, FACT_KINDS, factKey, type Fact, type FactKind } from './fact.ts';
import { formatFact } from './fact-text.ts';

export type FactChange =
  /** New, or in the place of the fact with the same kind and key. */
  | { readonly kind: 'put'; readonly fact: Fact }
  | { readonly kind: 'drop'; readonly of: FactKind; readonly key: string };

/** Two facts with one key, or one that only one side has. */
export type FactPair =
  | { readonly kind: 'added'; readonly after: Fact }
  | { readonly kind: 'removed'; readonly before: Fact }
  | { readonly kind: 'changed'; readonly before: Fact; readonly after: Fact };

/** What differs between two lists of facts, each in the order of `compareFacts`. */
export function* differences(before: Iterable<Fact>, after: Iterable<Fact>): Iterable<FactPair> {
  for (const [old, now] of pair(before, after, placeOfFact, placeOfFact)) {
    if (old === null && now !== null) yield { kind: 'added', after: now };
    else if (now === null && old !== null) yield { kind: 'removed', before: old };
    else if (old !== null && now !== null && formatFact(old) !== formatFact(now))
      yield { kind: 'changed', before: old, after: now };
  }
}

/** The changes that make the second list of the first. */
export function* changesBetween(before: Iterable<Fact>, after: Iterable<Fact>): Iterable<FactChange> {
  for (const difference of differences(before, after)) {
    if (difference.kind === 'removed')
      yield { kind: 'drop', of: difference.before.kind, key: factKey(difference.before) };
    else yield { kind: 'put', fact: difference.after };
  }
}

/**
 * The facts after the changes, in order.
 *
 * @throws {AdvisoryError} DELTA_MISMATCH when a fact to drop is not there, or the changes are not in order
 */
export function* applyChanges(facts: Iterable<Fact>, changes: Iterable<FactChange>): Iterable<Fact> {
  for (const [fact, change] of pair(facts, inOrder(changes), placeOfFact, placeOfChange)) {
    if (change === null) {
      if (fact !== null) yield fact;
    } else if (change.kind === 'put') yield change.fact;
    else if (fact === null) throw mismatch(`there is no ${change.of} ${change.key} to drop`);
  }
}

interface Place {
  readonly kind: FactKind;
  readonly key: string;
}

const placeOfFact = (fact: Fact): Place => ({ kind: fact.kind, key: factKey(fact) });

const placeOfChange = (change: FactChange): Place =>
  change.kind === 'put' ? placeOfFact(change.fact) : { kind: change.of, key: change.key };

function comparePlaces(a: Place, b: Place): number {
  return FACT_KINDS.indexOf(a.kind) - FACT_KINDS.indexOf(b.kind) || compareKeys(a.key, b.key);
}

/** Walks two ordered lists together; null where a side has nothing at the other's place. */
function* pair<A, B>(
  left: Iterable<A>,
  right: Iterable<B>,
  placeOfLeft: (item: A) => Place,
  placeOfRight: (item: B) => Place,
): Iterable<readonly [A | null, B | null]> {
  const [lefts, rights] = [left[Symbol.iterator](), right[Symbol.iterator]()];
  try {
    let [a, b] = [lefts.next(), rights.next()];
    while (a.done !== true || b.done !== true) {
      const order =
        a.done === true
          ? 1
          : b.done === true
            ? -1
            : comparePlaces(placeOfLeft(a.value), placeOfRight(b.value));
      yield [a.done === true || order > 0 ? null : a.value, b.done === true || order < 0 ? null : b.value];
      if (order <= 0) a = lefts.next();
      if (order >= 0) b = rights.next();
    }
  } finally {
    // files may be open behind them
    lefts.return?.();
    rights.return?.();
  }
}

function* inOrder(changes: Iterable<FactChange>): Iterable<FactChange> {
  let last: Place | null = null;
  for (const change of changes) {
    const place = placeOfChange(change);
    if (last !== null && comparePlaces(last, place) >= 0)
      throw mismatch(`its changes are not in order at ${place.kind} ${place.key}`);
    last = place;
    yield change;
  }
}

function mismatch(reason: string): AdvisoryError {
  return new AdvisoryError('DELTA_MISMATCH', `the delta does not fit the database: ${reason.slice(0, 300)}`);
}
