/**
 * The header of a safetensors file: the tensors of a model, described by a JSON object at the beginning.
 * huggingface/safetensors, README, "Format".
 */
import { isObject, parseJsonObject } from './json.ts';
import { viewOf } from './bytes.ts';

export interface SafetensorsHeader {
  /** `__metadata__`: texts that the writer added. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** What the reference implementation refuses to read, too. */
const HEADER_BYTES_MAX = 100_000_000;

/**
 * @param content may be the beginning of a file
 * @returns null for what is no such file; the length of its header in bytes, when that reaches beyond `content`
 */
export function parseSafetensors(content: Uint8Array): SafetensorsHeader | number | null {
  if (content.length < 9 || content[8] !== 0x7b) return null;
  const bytes = Number(viewOf(content).getBigUint64(0, true));
  if (bytes > HEADER_BYTES_MAX) return null;
  if (8 + bytes > content.length) return bytes;
  const header = parseJsonObject(new TextDecoder().decode(content.subarray(8, 8 + bytes)));
  if (header === null) return null;
  const metadata = header['__metadata__'];
  const texts = Object.entries(isObject(metadata) ? metadata : {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return { metadata: new Map(texts) };
}
