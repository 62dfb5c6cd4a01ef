/** The languages of the Package Manager Specification (PMS, EAPI 8) that Gentoo's package database is written in. */

export interface EbuildName {
  readonly name: string;
  /** With the revision: `3.11.8_p1-r1`. */
  readonly version: string;
}

/** Section 3.2: numbers, a letter, suffixes, a revision. */
const VERSION = /^\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?$/;

/** Takes `gtk+-2.24.33-r3` apart, which only its version's form allows; null for what has none. Section 3.1.2. */
export function splitEbuildName(text: string): EbuildName | null {
  // a revision may hold the last dash
  const last = text.lastIndexOf('-');
  const dashes = [last > 0 ? text.lastIndexOf('-', last - 1) : -1, last];
  for (const dash of dashes) {
    const version = text.slice(dash + 1);
    if (dash > 0 && VERSION.test(version)) return { name: text.slice(0, dash), version };
  }
  return null;
}

/** Deeper nesting than a package manager writes ends the reading. */
const MAX_DEPTH = 32;
const MAX_TOKENS = 10_000;

/** What a specification says: a token, all of some things, or any of some. Section 8.2, "Dependency Specification Format". */
type Specification =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Specification[] };

function parseSpecification(text: string): readonly Specification[] {
  const tokens = text.split(/\s+/, MAX_TOKENS).filter(Boolean);
  let at = 0;
  function readGroup(depth: number): Specification[] {
    const parts: Specification[] = [];
    let kind: 'all' | 'any' = 'all';
    for (; at < tokens.length; at += 1) {
      const token = tokens[at] ?? '';
      if (token === ')') break;
      if (token === '||') kind = 'any';
      else if (token === '(' && depth < MAX_DEPTH) {
        at += 1;
        parts.push({ kind, parts: readGroup(depth + 1) });
        kind = 'all';
      } else if (token !== '(' && !token.endsWith('?')) parts.push({ kind: 'token', text: token });
    }
    return parts;
  }
  return readGroup(0);
}

/** linux-firmware has some forty. */
const MAX_LICENCES = 200;

/** Licences that all apply; a choice is one entry: `( GPL-2 OR BSD )`. Conditions were decided when it was installed. */
export function ebuildLicences(text: string): readonly string[] {
  return parseSpecification(text).slice(0, MAX_LICENCES).map(formatLicence).filter(Boolean);
}

function formatLicence(specification: Specification): string {
  if (specification.kind === 'token') return specification.text;
  const parts = specification.parts.map(formatLicence).filter(Boolean);
  const joined = parts.join(specification.kind === 'any' ? ' OR ' : ' AND ');
  return parts.length > 1 ? `(${joined})` : joined;
}

/** What a package needs, as clauses of alternatives, each `category/name`. */
export function ebuildDependencies(text: string): readonly (readonly string[])[] {
  return parseSpecification(text).flatMap(clausesOf);
}

function clausesOf(specification: Specification): readonly (readonly string[])[] {
  if (specification.kind === 'all') return specification.parts.flatMap(clausesOf);
  const alternatives = atomsIn(specification);
  return alternatives.length === 0 ? [] : [alternatives];
}

function atomsIn(specification: Specification): readonly string[] {
  return specification.kind === 'token'
    ? (nameInAtom(specification.text) ?? [])
    : specification.parts.flatMap(atomsIn);
}

/** `>=dev-libs/openssl-1.1.1:0=[static-libs]` is `dev-libs/openssl`; a blocker names nothing needed. Section 8.3. */
function nameInAtom(atom: string): readonly string[] | null {
  const [, operator = '', named = ''] = /^([<>=~]*)([^\s:[\]!]+)/.exec(atom) ?? [];
  if (!named.includes('/')) return null;
  return operator === '' ? [named] : [splitEbuildName(named.replace(/\*$/, ''))?.name ?? named];
}
