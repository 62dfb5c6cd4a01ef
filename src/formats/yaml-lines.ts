import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';

/** A text of YAML that a person wrote: the value, and where each part of it stands. */
export type YamlReading =
  | {
      readonly value: unknown;
      /** The line, from 1, of the value at a path, or of what encloses it. */
      lineOf(path: readonly PropertyKey[]): number;
    }
  | { readonly fault: string; readonly line: number };

/** Reads YAML 1.2, or what is wrong with it. Aliases are refused: nested ones grow without bound. For small texts only. */
export function readYamlLines(text: string): YamlReading {
  const lineCounter = new LineCounter();
  const document: Document.Parsed = parseDocument(text, {
    lineCounter,
    logLevel: 'error',
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    return { fault: error.message, line: lineCounter.linePos(error.pos[0]).line };
  }
  try {
    const value = document.toJS({ maxAliasCount: 0 }) as unknown;
    return { value, lineOf: (path) => lineAt(document, path, lineCounter) };
  } catch (cause) {
    if (cause instanceof ReferenceError) return { fault: 'aliases are not read', line: 1 };
    throw cause;
  }
}

function lineAt(document: Document.Parsed, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
