import { createRequire } from 'node:module';
import type * as Toml from 'smol-toml';
import type { JsonObject } from './json.ts';

/** Loaded when the first file needs it. */
const require = createRequire(import.meta.url);

/** Deeper tables than any lock file has; a hostile one does not get to fill the stack. */
const MAX_DEPTH = 200;

/** The table in a text of TOML 1.0; null for text that is not TOML, or nested too deep. */
export function parseToml(text: string): JsonObject | null {
  const { parse, TomlError } = require('smol-toml') as typeof Toml;
  try {
    return parse(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof TomlError || error instanceof RangeError) return null;
    throw error;
  }
}
