import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { parsePlainYaml } from './plain-yaml.ts';

/** The library takes as long to load as an image to read, and most images have no file that needs it. */
const require = createRequire(import.meta.url);

/** The general reader needs up to five seconds a megabyte; what is larger must be plain. */
const MAX_GENERAL_LENGTH = 4 * 1024 * 1024;

/**
 * The value in a text of YAML 1.2 with one document; undefined for text that is not YAML, abuses aliases, or is large and
 * not of the regular form that programs write.
 */
export function parseYaml(text: string): unknown {
  const plain = parsePlainYaml(text);
  if (plain !== null) return plain.value;
  return text.length > MAX_GENERAL_LENGTH ? undefined : parseGeneralYaml(text);
}

/** As `parseYaml`, by the general reader alone. */
export function parseGeneralYaml(text: string): unknown {
  try {
    const document = composeDocument(text);
    if (document === undefined || document.errors.length > 0) return undefined;
    // Aliases are the way to make a gigabyte of a kilobyte; lock files have none.
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Stops at the first error and does not look for keys that are there twice, of which the last counts, as in JSON: for
 * both the library takes time that grows with the square of their number.
 */
function composeDocument(text: string): Yaml.Document.Parsed | undefined {
  const { Composer, Parser } = require('yaml') as typeof Yaml;
  const composer = new Composer({
    merge: false,
    uniqueKeys: false,
    logLevel: 'error',
    prettyErrors: false,
  });
  const documents: Yaml.Document.Parsed[] = [];
  for (const token of new Parser().parse(text)) {
    if (token.type === 'error') return undefined;
    documents.push(...composer.next(token));
    if (documents.length > 1) return undefined;
  }
  documents.push(...composer.end(true, text.length));
  return documents.length > 1 ? undefined : documents[0];
}
