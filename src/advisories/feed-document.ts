import { parse as parseYaml } from 'yaml';
import { AdvisoryError } from './errors.ts';
import type { FeedDocument, FeedFile } from './feed.ts';

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
    if (first === '{' || first === '[') return { kind: 'tree', path, value: JSON.parse(decode(bytes)) };
    if (named === 'yaml' || named === 'yml')
      return couldBeFeed(bytes) ? { kind: 'tree', path, value: parseTree(decode(bytes)) } : null;
    if (first === '<') return { kind: 'xml', path, text: decode(bytes) };
    return bytes.includes(0) ? null : { kind: 'text', path, text: decode(bytes) };
  } catch (cause) {
    // many other formats begin with a bracket or a number sign
    if (named === undefined) return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvisoryError('FEED_FILE_UNREADABLE', `cannot read ${path}: ${reason}`, {
      subject: path,
      cause,
    });
  }
}

/**
 * Reading YAML takes a hundred times as long as JSON, and folders are full of YAML that is no feed. Every feed in YAML
 * is a secdb (`packages:`) or an OSV record (`affected:`, or `withdrawn:` alone).
 */
function couldBeFeed(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return ['packages:', 'affected:', 'withdrawn:'].some((key) => text.includes(key));
}

/**
 * YAML with every scalar as the text that is written there: as a number, version 1.10 would become 1.1. Aliases are
 * refused, since nested ones grow without bound.
 */
function parseTree(text: string): unknown {
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
