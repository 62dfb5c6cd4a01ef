import { severityOfScore, type SeverityLevel } from '../model/severity.ts';
import type { SeverityStatement } from './advisory.ts';

/** The words of Red Hat's family, GitHub, Debian, Ubuntu and Bitnami. */
const LEVELS: ReadonlyMap<string, SeverityLevel> = new Map<string, SeverityLevel>([
  ['critical', 'critical'],
  ['important', 'high'],
  ['high', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['negligible', 'negligible'],
  ['unimportant', 'negligible'],
  ['none', 'none'],
]);

/** A severity in a source's own word; null for a word that states none (`not yet assigned`). */
export function severityWord(word: string): SeverityStatement | null {
  const level = LEVELS.get(word.toLowerCase());
  return level === undefined ? null : { kind: 'word', word, level };
}

/**
 * A CVSS score of which the source does not give the vector: a number as its word. CVSS 2 calls everything from 7 up high
 * (NVD, "Vulnerability Metrics"). Null for what is no score.
 */
export function scoreStatement(version: 2 | 3 | 4, score: string | number): SeverityStatement | null {
  const word = String(score);
  if (!/^(?:10|\d)?(?:\.\d{1,2})?$/.test(word) || word === '' || Number(word) > 10) return null;
  const level = severityOfScore(Number(word));
  return { kind: 'word', word, level: version === 2 && level === 'critical' ? 'high' : level };
}

/** CVSS vectors are short; a longer one is not a vector. */
const MAX_VECTOR = 400;

/** A CVSS vector with its version, told from its prefix. Null for what is no vector; its metrics are not checked here. */
export function cvssStatement(vector: string): SeverityStatement | null {
  if (vector.length > MAX_VECTOR) return null;
  const prefixed = /^CVSS:(3\.0|3\.1|4\.0)\/[A-Za-z:/]+$/.exec(vector);
  const version = prefixed?.[1];
  if (version === '3.0' || version === '3.1' || version === '4.0') return { kind: 'cvss', version, vector };
  return /^AV:[A-Za-z:/]+$/.test(vector) ? { kind: 'cvss', version: '2.0', vector } : null;
}
