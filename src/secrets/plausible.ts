/** What tells a secret from a placeholder. */

/** Bits of information per character, by the frequencies of the text's own characters. Shannon, 1948. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Words that stand where a secret should. */
const PLACEHOLDER =
  /example|sample|changeme|change[-_]?this|placeholder|your[-_]|insert|replace|dummy|redacted|removed|hidden|foobar|lorem|deadbeef|0123456789|123456789|abcdefgh|x{4,}|\*{3,}|\.{3,}|-{4,}|(.)\1{6,}/i;

/** References to a secret that is elsewhere: `${TOKEN}`, `$(cat token)`, `{{ token }}`, `<token>`, `%TOKEN%`, `vault:…`. */
const REFERENCE =
  /^[$%<{[(@]|\$\{|\$\(|\{\{|^(?:vault|env|file|secret|ref|arn|op|ssm):|^(?:process\.env|os\.environ|System\.)/;

/** True for text that is meant as a secret and not as its place. */
export function isPlausible(text: string): boolean {
  return !PLACEHOLDER.test(text) && !REFERENCE.test(text);
}

/** Tokens that a machine drew: plausible, and of many different characters. */
export function isRandom(text: string): boolean {
  return isPlausible(text) && entropy(text) >= RANDOM_BITS;
}

/** Words of a language stay below, 20 characters drawn from 62 hardly ever do. */
const RANDOM_BITS = 3;
