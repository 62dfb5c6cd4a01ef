import { parse, TomlError } from 'smol-toml';
import type { JsonObject } from './json.ts';

/** Deeper tables than any lock file has; a hostile one does not get to fill the stack. */
const MAX_DEPTH = 200;

/** The table in a text of TOML 1.0; null for text that is not TOML, or nested too deep. */
export function parseToml(text: string): JsonObject | null {
  try {
    return parse(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof TomlError || error instanceof RangeError) return null;
    throw error;
  }
}
