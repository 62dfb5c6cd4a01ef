import type { Document } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';

/** A text of YAML that a person wrote: the value, and where each part of it stands. */
export type YamlReading =
  | {
      readonly value: unknown;
      /** The line, from 1, of the value at a path, or of what encloses it. */
      readonly lineOf: (path: readonly PropertyKey[]) => number;
      /** The same with its column. */
      readonly positionOf: (path: readonly PropertyKey[]) => Position;
    }
  | ({ readonly fault: string } & Position);

/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

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
    return { fault: error.message, ...positionAt(error.pos[0], lineCounter) };
  }
  try {
    const value = document.toJS({ maxAliasCount: 0 }) as unknown;
    const positionOf = (path: readonly PropertyKey[]) => positionIn(document, path, lineCounter);
    return { value, lineOf: (path) => positionOf(path).line, positionOf };
  } catch (cause) {
    if (cause instanceof ReferenceError) return { fault: 'aliases are not read', ...START };
    throw cause;
  }
}

const START: Position = { line: 1, column: 1 };

function positionIn(document: Document.Parsed, path: readonly PropertyKey[], lines: LineCounter): Position {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return positionAt(node.range[0], lines);
  }
  return START;
}

function positionAt(offset: number, lines: LineCounter): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
