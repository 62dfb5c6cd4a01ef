/**
 * The texts that pages are made of. Each is looked for among those of the repository, then among those of the programme, then
 * among our own. docker-library/docs, `update.sh`.
 */
import { DEFAULT_TEXTS } from './default-texts.ts';

/** Contents of files by their names: `content.md`, `variant-slim.md`. */
export type Texts = ReadonlyMap<string, string>;

export interface TextSources {
  readonly repository: Texts;
  /** The programme's own, from its folder `.template-helpers`. */
  readonly shared: Texts;
}

/** Without line feeds at its end; null where nobody has it. An empty file counts: it takes the place of the next one. */
export function findText(name: string, { repository, shared }: TextSources): string | null {
  const text = repository.get(name) ?? shared.get(name) ?? DEFAULT_TEXTS.get(name);
  return text === undefined ? null : withoutLastLines(text);
}

/** A text that is always there, if only empty. */
export function textOrEmpty(name: string, sources: TextSources): string {
  return findText(name, sources) ?? '';
}

/** The text of the repository alone. */
export function ownText(name: string, { repository }: TextSources): string | null {
  const text = repository.get(name);
  return text === undefined ? null : withoutLastLines(text);
}

export function withoutLastLines(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end -= 1;
  return text.slice(0, end);
}
