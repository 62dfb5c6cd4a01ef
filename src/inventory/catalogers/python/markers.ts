/**
 * Environment markers: `sys_platform == "win32" and extra == "dev"`. What is asked of the environment is known in part
 * only (a Linux image; which Python it has is not asked here), so that a marker is true, false or unknown, and unknown
 * keeps what it stands at. Dependency specifiers specification, "Environment Markers"; PEP 508, PEP 751.
 */

/** Values of variables; a set for `extras` and `dependency_groups` of PEP 751. What is not there is unknown. */
export type MarkerEnvironment = ReadonlyMap<string, string | ReadonlySet<string>>;

const LINUX: readonly (readonly [string, string])[] = [
  ['os_name', 'posix'],
  ['os.name', 'posix'],
  ['sys_platform', 'linux'],
  ['sys.platform', 'linux'],
  ['platform_system', 'Linux'],
];

/** An image, with whichever extras were asked for. */
export const LINUX_ENVIRONMENT: MarkerEnvironment = new Map(LINUX);

/** An image, without extras: what a distribution needs by itself. */
export const WITHOUT_EXTRAS: MarkerEnvironment = new Map([...LINUX, ['extra', '']]);

type Truth = boolean | null;

/** Longer markers, or more brackets in each other, are unknown as a whole. */
const MAX_LENGTH = 10_000;
const MAX_DEPTH = 50;

/** False only where the marker certainly excludes the environment. */
export function mayApply(marker: string | null | undefined, environment: MarkerEnvironment): boolean {
  if (!marker || marker.length > MAX_LENGTH) return true;
  const tokens = tokensOf(marker);
  return tokens === null || evaluate(tokens, environment) !== false;
}

interface Token {
  readonly kind: 'operator' | 'variable' | 'literal';
  readonly text: string;
}

/** White space before and after a token belongs to it; the pattern goes on where the last match ended. */
const TOKENS = /\s*(?:([()]|===|[=!~<>]=|[<>])|"([^"]*)"|'([^']*)'|([A-Za-z_][A-Za-z0-9_.]*))\s*/gy;

/** Null for what holds something else. */
function tokensOf(marker: string): readonly Token[] | null {
  const tokens: Token[] = [];
  let length = 0;
  for (const [all, operator, double, single, word] of marker.matchAll(TOKENS)) {
    length += all.length;
    const literal = double ?? single;
    if (literal !== undefined) tokens.push({ kind: 'literal', text: literal });
    else if (word !== undefined) tokens.push({ kind: WORDS.has(word) ? 'operator' : 'variable', text: word });
    else tokens.push({ kind: 'operator', text: operator ?? '' });
  }
  return length === marker.length ? tokens : null;
}

const WORDS: ReadonlySet<string> = new Set(['and', 'or', 'in', 'not']);

/** Recursive descent: `or` binds weaker than `and`. Null also for what is no marker. */
function evaluate(tokens: readonly Token[], environment: MarkerEnvironment): Truth {
  let at = 0;
  let wellFormed = true;
  const take = (text: string) => {
    const found = tokens[at]?.kind === 'operator' && tokens[at]?.text === text;
    if (found) at += 1;
    return found;
  };
  const alternatives = (depth: number): Truth => {
    let truth = conjunction(depth);
    while (take('or')) truth = either(truth, conjunction(depth));
    return truth;
  };
  const conjunction = (depth: number): Truth => {
    let truth = comparison(depth);
    while (take('and')) truth = negate(either(negate(truth), negate(comparison(depth))));
    return truth;
  };
  const comparison = (depth: number): Truth => {
    if (depth < MAX_DEPTH && take('(')) {
      const truth = alternatives(depth + 1);
      wellFormed &&= take(')');
      return truth;
    }
    const left = tokens[at];
    const negated = tokens[at + 1]?.text === 'not';
    const operator = tokens[at + (negated ? 2 : 1)];
    const right = tokens[at + (negated ? 3 : 2)];
    at += negated ? 4 : 3;
    if (!left || !right || operator?.kind !== 'operator' || (negated && operator.text !== 'in')) {
      wellFormed = false;
      return null;
    }
    const truth = compare(valueOf(left, environment), operator.text, valueOf(right, environment));
    return negated ? negate(truth) : truth;
  };
  const truth = alternatives(0);
  return wellFormed && at === tokens.length ? truth : null;
}

function valueOf(token: Token, environment: MarkerEnvironment): string | ReadonlySet<string> | undefined {
  return token.kind === 'literal' ? token.text : environment.get(token.text);
}

/** Order of versions is not asked: no known variable is a version. */
function compare(
  left: string | ReadonlySet<string> | undefined,
  operator: string,
  right: string | ReadonlySet<string> | undefined,
): Truth {
  if (typeof left !== 'string' || right === undefined) return null;
  if (operator === 'in') return typeof right === 'string' ? right.includes(left) : right.has(left);
  if (typeof right !== 'string') return null;
  if (operator === '==' || operator === '===') return left === right;
  return operator === '!=' ? left !== right : null;
}

function either(a: Truth, b: Truth): Truth {
  if (a === true || b === true) return true;
  return a === null || b === null ? null : false;
}

function negate(truth: Truth): Truth {
  return truth === null ? null : !truth;
}
