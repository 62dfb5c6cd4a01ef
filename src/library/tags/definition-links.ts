/** Definitions that are links to others of the same folder, followed at a commit as a file system follows them in a folder. */
import type { DefinitionText } from '../programme/read-definition.ts';

/** What a tree of git has under a path. */
export type TreeFile =
  | { readonly kind: 'file'; readonly blob: string }
  /** The target as it is written, or why it cannot be one. */
  | { readonly kind: 'link'; readonly target: DefinitionText };

/** As Linux has it. path_resolution(7). */
const MOST_LINKS = 40;
/** Shorter than Linux allows: links of definitions lead to their neighbours, and a hostile tree may have very many. */
const LONGEST_TARGET = 255;

/** A link of git, whose content is its target. */
export function toLink(content: DefinitionText): TreeFile {
  const isShort = typeof content === 'string' && content.length <= LONGEST_TARGET;
  return { kind: 'link', target: isShort ? content : { reason: 'is a link that cannot be read' } };
}

/**
 * The content of a file or of what a link leads to, or why there is none, in the words in which a folder's files are told.
 *
 * @param files of the folder and of those below, by paths from the top of the repository on
 * @param folder with a slash at its end; empty for the top
 */
export function contentAt(
  files: ReadonlyMap<string, TreeFile>,
  folder: string,
  path: string,
): { readonly blob: string } | { readonly reason: string } {
  const left = path.split('/').reverse();
  const place: string[] = [];
  for (let links = 0; left.length > 0;) {
    const part = left.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (place.pop() === undefined) return LEADS_OUT;
      continue;
    }
    place.push(part);
    const found = files.get(place.join('/'));
    if (found?.kind !== 'link') continue;
    const { target } = found;
    links += 1;
    if (links > MOST_LINKS) return { reason: 'cannot be read (ELOOP)' };
    if (typeof target !== 'string') return target;
    if (target.startsWith('/')) return LEADS_OUT;
    place.pop();
    left.push(...target.split('/').reverse());
  }
  const end = place.join('/');
  if (!end.startsWith(folder)) return LEADS_OUT;
  const found = files.get(end);
  return found?.kind === 'file' ? { blob: found.blob } : { reason: 'missing' };
}

const LEADS_OUT = { reason: 'is a link that leads out of its folder' } as const;
