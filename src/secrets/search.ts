/**
 * Looks for secrets in bytes. Literals that stand in every secret of a kind are found in one pass; only around them is
 * a rule's pattern tried, on a window of some hundred characters. So the cost follows the length of the text, whatever
 * the text is.
 */
import { createLiteralSearch, type LiteralSearch } from './literal-search.ts';
import type { SecretRule } from './rule.ts';
import { SECRET_RULES } from './rules.ts';

export interface FoundSecret {
  readonly rule: SecretRule;
  /** Position of the secret in the text, and behind it. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly redacted: string;
}

/** Most secrets of one text; a list of a thousand tokens is said to be one by the first. */
const MAX_FOUND = 100;
/** Most places that a rule's pattern is tried at in one text. */
const MAX_TRIES = 20_000;
/** How far a secret may begin before an anchor, and end behind it. */
const BEFORE = 160;
const AFTER = 480;

interface Searcher {
  readonly rules: readonly SecretRule[];
  readonly search: LiteralSearch;
}

function createSearcher(rules: readonly SecretRule[]): Searcher {
  const anchored = rules.flatMap((rule) => rule.anchors.map((anchor) => ({ rule, anchor })));
  return {
    rules: anchored.map(({ rule }) => rule),
    search: createLiteralSearch(anchored.map(({ anchor }) => anchor)),
  };
}

const GENERAL_RULES = SECRET_RULES.filter(({ paths }) => paths === undefined);
const PLACED_RULES = SECRET_RULES.filter(({ paths }) => paths !== undefined);
const GENERAL = createSearcher(GENERAL_RULES);
const TEXTS = createSearcher(SECRET_RULES.filter((rule) => rule.paths === undefined || rule.inTexts));

/** Secrets in a file, in the order of their places. The rules that belong to certain files are tried in these only. */
export function findSecretsInFile(path: string, content: Uint8Array): readonly FoundSecret[] {
  const placed = PLACED_RULES.filter(({ paths }) => paths?.test(path));
  const searcher = placed.length === 0 ? GENERAL : createSearcher([...GENERAL_RULES, ...placed]);
  return findIn(content, searcher);
}

/** Secrets in a text that configures something: a variable, a label, a command. */
export function findSecretsInText(text: string): readonly FoundSecret[] {
  return findIn(Buffer.from(text, 'utf8'), TEXTS);
}

/** The text with every secret in it as it may be shown. */
export function redact(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, redacted } of findIn(bytes, TEXTS)) {
    parts.push(bytes.toString('utf8', done, start), redacted);
    done = end;
  }
  return done === 0 ? text : [...parts, bytes.toString('utf8', done)].join('');
}

function findIn(bytes: Uint8Array, { rules, search }: Searcher): FoundSecret[] {
  const found: Unplaced[] = [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let tries = 0;
  search.find(bytes, (at, anchor) => {
    const rule = rules[anchor];
    tries += 1;
    if (rule === undefined || tries > MAX_TRIES) return false;
    const from = Math.max(0, at - BEFORE);
    const secret = match(rule, text.toString('latin1', from, at + AFTER), at - from);
    if (secret === null) return true;
    found.push({
      rule,
      start: from + secret.start,
      end: from + secret.end,
      redacted: redactSecret(rule, secret.text),
    });
    return found.length < MAX_FOUND;
  });
  return withLines(withoutOverlaps(found), bytes);
}

type Unplaced = Omit<FoundSecret, 'line'>;

/** Of those that share text the one whose rule comes first; in the order of their places. */
function withoutOverlaps(found: readonly Unplaced[]): Unplaced[] {
  const kept: Unplaced[] = [];
  const order = (secret: Unplaced) => SECRET_RULES.indexOf(secret.rule);
  for (const secret of found.toSorted((a, b) => order(a) - order(b) || a.start - b.start)) {
    if (!kept.some((other) => other.start < secret.end && secret.start < other.end)) kept.push(secret);
  }
  return kept.sort((a, b) => a.start - b.start);
}

interface Match {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The rule's secret around the anchor, which stands at `anchor` in the window; null when there is none. */
function match({ pattern, isReal }: SecretRule, window: string, anchor: number): Match | null {
  for (let from = 0; from <= anchor;) {
    const result = pattern.exec(window.slice(from));
    if (result === null) return null;
    const begin = from + result.index;
    if (begin > anchor) return null;
    if (begin + result[0].length > anchor) {
      const text = result.groups?.['secret'] ?? result[0];
      const start = begin + result[0].lastIndexOf(text);
      return isReal?.(text) === false ? null : { text, start, end: start + text.length };
    }
    from = begin + result[0].length;
  }
  return null;
}

/** What says which kind it is, and that something was left out; never a part that was drawn by chance. */
function redactSecret({ shown = 0 }: SecretRule, secret: string): string {
  return `${secret.slice(0, shown)}[redacted]`;
}

function withLines(found: readonly Unplaced[], bytes: Uint8Array): FoundSecret[] {
  let line = 1;
  let at = 0;
  return found.map((secret) => {
    for (; at < secret.start; at += 1) if (bytes[at] === 0x0a) line += 1;
    return { ...secret, line };
  });
}
