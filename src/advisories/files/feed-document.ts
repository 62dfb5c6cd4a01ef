import { parse as parseYaml } from 'yaml';
import { parsePlainYaml } from '../../formats/plain-yaml.ts';
import { AdvisoryError } from '../errors.ts';
import type { FeedDocument, FeedFile } from '../feed.ts';

/**
 * Reads a file as JSON, YAML, XML or text, told by its first character and its name. Null for what is none of these.
 *
 * @throws {AdvisoryError} FEED_FILE_UNREADABLE for a file that by its name is JSON or YAML and is broken
 */
export function readDocument(file: FeedFile): FeedDocument | null {
  const { path, bytes } = file;
  const named = /\.(json|ya?ml)$/i.exec(path)?.[1]?.toLowerCase();
  const first = String.fromCharCode(bytes.find((byte) => byte > 0x20) ?? 0);
  try {
    if (first === '{' || first === '[') return readJson(path, decodeLeniently(bytes), named !== undefined);
    if (named === 'yaml' || named === 'yml')
      return couldBeFeed(bytes) ? { kind: 'tree', path, value: parseTree(decode(bytes)) } : null;
    if (first === '<') return { kind: 'xml', path, text: decodeLeniently(bytes) };
    return first === '\0' || bytes.includes(0) ? null : { kind: 'text', path, text: decode(bytes) };
  } catch (cause) {
    // text in another encoding, or something that only looks like text
    if (named === undefined) return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvisoryError('FEED_FILE_UNREADABLE', `cannot read ${path}: ${reason}`, {
      subject: path,
      cause,
    });
  }
}

/** What does not say that it is JSON may be a list of Debian's, which begins like JSON. */
function readJson(path: string, text: string, isJson: boolean): FeedDocument {
  try {
    return { kind: 'tree', path, value: JSON.parse(text) };
  } catch (error) {
    if (isJson) throw error;
    return { kind: 'text', path, text };
  }
}

/** What every file of a feed in YAML has: secdb; OSV; Ruby's gems and interpreters; Hex; PHP; project-kb; rejections. */
const FEED_KEYS = [
  'packages:',
  'affected:',
  'withdrawn:',
  'gem:',
  'engine:',
  'disclosure_date:',
  'composer://',
  'vulnerability_id:',
  '- CVE-',
];

/** Reading YAML takes ten times as long as JSON, and a hundred where it is not plain; most YAML is no feed. */
function couldBeFeed(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return FEED_KEYS.some((key) => text.includes(key));
}

/**
 * YAML with every scalar as the text that is written there: as a number, version 1.10 would become 1.1. Aliases are
 * refused, since nested ones grow without bound.
 */
function parseTree(text: string): unknown {
  const plain = parsePlainYaml(text, 'failsafe');
  if (plain !== null) return plain.value;
  return parseYaml(text, {
    schema: 'failsafe',
    maxAliasCount: 0,
    uniqueKeys: false,
    logLevel: 'error',
    prettyErrors: false,
  });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/**
 * A stray byte in the prose is no reason to leave a document out: openSUSE-SU-2016:0874-1 and some two hundred others of
 * SUSE have letters of Latin-1. In what is kept, the character that replaces it is refused (`isPlainText`).
 */
function decodeLeniently(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
