import { parse, YAMLParseError } from 'yaml';
import { parsePlainYaml } from './plain-yaml.ts';

/** The value in a text of YAML 1.2 with one document; undefined for text that is not YAML or abuses aliases. */
export function parseYaml(text: string): unknown {
  const plain = parsePlainYaml(text);
  return plain === null ? parseGeneralYaml(text) : plain.value;
}

/** As `parseYaml`, by the general reader alone. */
export function parseGeneralYaml(text: string): unknown {
  try {
    // Aliases are the way to make a gigabyte of a kilobyte; lock files have none.
    return parse(text, {
      maxAliasCount: 100,
      merge: false,
      logLevel: 'error',
      prettyErrors: false,
    }) as unknown;
  } catch (error) {
    if (error instanceof YAMLParseError || error instanceof ReferenceError || error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}
