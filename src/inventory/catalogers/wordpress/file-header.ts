import { boundedText } from '../../evidence.ts';

/** WordPress reads no more than that of a file to find its header. */
export const HEADER_BYTES = 8 * 1024;

/**
 * The fields of the comment at the head of a plugin's or theme's main file, by their names in lower case; of several of
 * one name the first. A field is a line `Name: value`, with what begins a comment before it. WordPress Plugin Handbook,
 * "Header Requirements"; `get_file_data` in wp-includes/functions.php.
 */
export function readFileHeader(content: Uint8Array): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const text = new TextDecoder().decode(content.subarray(0, HEADER_BYTES));
  for (const line of text.split(/[\r\n]/)) {
    const [, name, written = ''] =
      /^(?:[ \t]*<\?php)?[ \t/*#@]*([A-Z][A-Za-z ]{2,30}):(.*)$/i.exec(line.slice(0, MAX_LINE)) ?? [];
    // the comment may end on the line
    const value = boundedText(written.replace(/(?:\*\/|\?>).*/s, ''));
    const key = name?.toLowerCase();
    if (key !== undefined && value !== null && !fields.has(key)) fields.set(key, value);
  }
  return fields;
}

const MAX_LINE = 2000;
