import type { EcosystemRules, Operator } from './ecosystem-rules.ts';
import { joinLaterVersions } from './gnu-licence.ts';
import { knownLicence, licenceReference } from './licence-name.ts';
import { formatExpression, joinExpressions } from './spdx-expression.ts';

/** Longer texts are licences, not names of them; several lines are, too. */
const MAX_LENGTH = 1000;

/** A sentence may have an `and`; what it joins are no names then. Known licences beside it make it less of a sentence. */
const MAX_NAME_WORDS = { besideKnown: 6, otherwise: 4 };

/** Stand where nobody says what the licence is. As written: `none` is a name in Debian's files. */
const SILENT: ReadonlySet<string> = new Set([
  '',
  'N/A',
  'NOASSERTION',
  'NONE',
  'UNKNOWN',
  'Unknown',
  'unknown',
  'https://aka.ms/deprecateLicenseUrl',
]);

/**
 * What one declaration says, as an SPDX expression: a licence's name, or names joined by `and`, `or` and the ecosystem's
 * signs. Names that are not known become references. Null for what cannot be read.
 */
export function readDeclaration(declared: string, rules: EcosystemRules): string | null {
  const lines = declared.trim();
  if (SILENT.has(lines) || lines.length > MAX_LENGTH || lines.includes('\n')) return null;
  // Debian's files have names without spaces, as `LGPLv3+_or_GPLv2+`
  const text = lines.replaceAll(/\s+/g, ' ').replaceAll(/_(and|or)_/gi, ' $1 ');
  const known = knownLicence(text, rules.names);
  if (known !== null) return formatExpression(known);
  return readCompound(joinLaterVersions(text), rules) ?? licenceReference(text);
}

function readCompound(text: string, rules: EcosystemRules): string | null {
  const tokens = tokensOf(rules.signs.has(',') ? bracketCommas(text) : text, WORDS);
  if (tokens === null) return null;
  const read = tokens.map((token) => (token.kind === 'name' ? readNames(token.text, rules) : null));
  const maxWords = MAX_NAME_WORDS[read.some((name) => name?.isKnown) ? 'besideKnown' : 'otherwise'];
  const isProse = (token: Token, name: ReadName | null | undefined) =>
    token.kind === 'name' && !name?.isKnown && token.text.split(' ').length > maxWords;
  if (tokens.some((token, index) => isProse(token, read[index]))) return null;
  const parts = tokens.map((token, index) =>
    token.kind === 'name' ? (read[index]?.expression ?? '?') : token.text,
  );
  return formatExpression(parts.join(' '));
}

interface ReadName {
  readonly expression: string;
  readonly isKnown: boolean;
}

/** One name; several that an ecosystem's signs join, where the whole is no name: some have a comma. */
function readNames(text: string, rules: EcosystemRules): ReadName | null {
  const known = readName(text, rules);
  if (known?.isKnown) return known;
  const tokens = tokensOf(text, rules.signs) ?? [];
  if (tokens.length < 2) return known;
  const read = tokens.map((token) =>
    token.kind === 'name' ? readName(token.text, rules) : { expression: token.text, isKnown: false },
  );
  const expression = formatExpression(read.map((name) => name?.expression ?? '?').join(' '));
  return expression === null
    ? known
    : { expression: `(${expression})`, isKnown: read.some((name) => name?.isKnown) };
}

function readName(text: string, { names, lists }: EcosystemRules): ReadName | null {
  const known = knownLicence(text, names) ?? (lists ? readList(text, names) : null);
  const expression = known ?? licenceReference(text);
  if (expression === null) return null;
  return { expression: expression.includes(' ') ? `(${expression})` : expression, isKnown: known !== null };
}

/** `MIT BSD GPL2+`: only where every word is a licence. */
function readList(text: string, names: EcosystemRules['names']): string | null {
  const licences = text.split(' ').map((word) => knownLicence(word, names));
  return licences.every((licence) => licence !== null) ? joinExpressions(licences, 'AND') : null;
}

/** `A or B, and C`: an operator after a comma binds less than those before. Debian's copyright format 1.0. */
function bracketCommas(text: string): string {
  if (/[()]/.test(text)) return text;
  const [first = '', ...rest] = text.split(/, (and|or) /i);
  return rest.length === 0
    ? text
    : rest.reduce((all, part, index) => (index % 2 === 0 ? `(${all}) ${part} ` : `${all}(${part})`), first);
}

interface Token {
  readonly kind: 'name' | 'operator' | 'bracket';
  readonly text: string;
}

const WORDS: ReadonlyMap<string, Operator> = new Map([
  ['and', 'AND'],
  ['or', 'OR'],
]);

/**
 * Names, operators and brackets. A bracket within a name holds a remark and belongs to it: `GPL (version 2)`. Null where
 * brackets do not close.
 */
function tokensOf(text: string, operators: ReadonlyMap<string, Operator>): readonly Token[] | null {
  const tokens: Token[] = [];
  let [name, remarks, groups] = ['', 0, 0];
  const finish = () => {
    if (name.trim() !== '') tokens.push({ kind: 'name', text: name.trim() });
    name = '';
  };
  for (const [piece] of text.replaceAll(/\band\/or\b/gi, 'or').matchAll(/\s+|[()|&/,;]|[^\s()|&/,;]+/g)) {
    if (remarks > 0 || (piece === '(' && name.trim() !== '')) {
      if (piece === '(') remarks++;
      if (piece === ')') remarks--;
      name += piece;
      continue;
    }
    const operator = operators.get(piece.toLowerCase());
    if (operator !== undefined) {
      finish();
      if (tokens.at(-1)?.kind !== 'operator') tokens.push({ kind: 'operator', text: operator });
    } else if (piece === '(' || piece === ')') {
      finish();
      groups += piece === '(' ? 1 : -1;
      if (groups < 0) return null;
      tokens.push({ kind: 'bracket', text: piece });
    } else name += piece;
  }
  finish();
  return remarks === 0 && groups === 0 ? tokens : null;
}
