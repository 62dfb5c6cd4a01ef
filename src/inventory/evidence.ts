import type { Coverage } from '../model/coverage.ts';
import type { ReadFile } from './cataloger.ts';

/**
 * The text of a metadata file. Bytes that are not UTF-8 become U+FFFD rather than an error: a maintainer's name in
 * Latin-1 must not hide a package. A byte order mark is dropped.
 */
export function decodeText(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

/** The file, or a part of it, could not be read; `message` is one sentence that says what that means. */
export function unreadable(path: string, message: string): Coverage {
  return { code: 'EVIDENCE_UNREADABLE', message, subject: path };
}

/** A file that holds nothing of interest. */
export const NOTHING: ReadFile<never> = { record: null, coverage: [] };

/** True for text that may be a package's name: not empty, and without what no package manager accepts in one. */
export function isPackageName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && /^[^\s/\\\p{Cc}\p{Cs}]+$/u.test(name);
}

/** Longer than any ecosystem allows (npm: 214). */
const MAX_NAME_LENGTH = 255;

/** Shortens what a hostile file could make endless; null for what is empty. */
export function boundedText(text: string | null | undefined, maxLength = 1000): string | null {
  const trimmed = text?.trim();
  return trimmed ? trimmed.slice(0, maxLength) : null;
}

/** The text in a field of parsed JSON, TOML or YAML, bounded alike; null for a value of another kind. */
export function textOf(value: unknown, maxLength?: number): string | null {
  return typeof value === 'string' ? boundedText(value, maxLength) : null;
}
