/** What every format of VEX has in common: names, notes and digests from outside, brought into bounds. */
import { isIdentifier } from '../feed.ts';
import { VEX_JUSTIFICATIONS, type VexJustification } from './vex-statement.ts';

/** Statements of one document; Red Hat's largest have some thousands, Docker's some hundreds. */
export const MAX_STATEMENTS = 100_000;
/** Products of one statement: Red Hat names each build of each stream. */
export const MAX_PRODUCTS = 50_000;
export const MAX_SUBCOMPONENTS = 10_000;

const MAX_NOTE = 500;
const MAX_NAMES = 100;

/** Text from outside on one line, without control and formatting characters, cut to 500; null for nothing. */
export function noteText(...parts: readonly unknown[]): string | null {
  const text = parts
    .filter((part) => typeof part === 'string')
    .map((part) => part.slice(0, 10 * MAX_NOTE))
    .join(' ')
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  if (text === '') return null;
  return text.length > MAX_NOTE ? `${text.slice(0, MAX_NOTE - 1).trimEnd()}…` : text;
}

/** Names of a flaw, each once. Addresses among them (`https://nvd.nist.gov/vuln/detail/CVE-…`) count by their end. */
export function flawNames(names: readonly unknown[]): string[] {
  const found = names.slice(0, MAX_NAMES).flatMap((name) => {
    if (typeof name !== 'string') return [];
    const plain = /^https?:\/\//i.test(name) ? nameInAddress(name) : name.trim();
    return plain !== null && isIdentifier(plain) ? [plain] : [];
  });
  return [...new Set(found)];
}

function nameInAddress(address: string): string | null {
  const last = /[/=]([A-Za-z][A-Za-z0-9]*-[A-Za-z0-9:._-]+)\/?$/.exec(address.slice(0, 1000));
  return last?.[1] ?? null;
}

/** Names of a product or part of one, each once: printable ASCII, as purls, CPE names and references are. */
export function productNames(names: readonly unknown[]): string[] {
  const plain = names.filter((name) => typeof name === 'string' && /^[\x21-\x7e]{1,2000}$/.test(name));
  return [...new Set(plain as string[])].slice(0, MAX_NAMES);
}

/** `sha256:…` or `sha512:…` in lower case; null for other algorithms and what is no digest. */
export function digestOf(algorithm: unknown, hex: unknown): string | null {
  if (typeof algorithm !== 'string' || typeof hex !== 'string') return null;
  const name = algorithm.toLowerCase().replace('-', '');
  const digits = { sha256: 64, sha512: 128 }[name];
  const value = hex.toLowerCase();
  return digits === value.length && /^[0-9a-f]+$/.test(value) ? `${name}:${value}` : null;
}

export function justificationNamed(word: unknown): VexJustification | null {
  return VEX_JUSTIFICATIONS.find((justification) => justification === word) ?? null;
}

/** For a message: what stood there, bounded and without anything that a terminal would obey. */
export function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 100)).replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
}
