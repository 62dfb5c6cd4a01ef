import { parseToml } from '../../../formats/toml.ts';
import type { FeedDocument } from '../../feed.ts';

const OPENING = '```toml\n';

/**
 * The table at the head of a Markdown file, as RustSec, Haskell's and Julia's advisories have it: a fenced block of TOML.
 * Null for a file without one, or whose block is no TOML.
 */
export function frontMatterOf(document: FeedDocument): Readonly<Record<string, unknown>> | null {
  if (document.kind !== 'text' || !document.text.startsWith(OPENING)) return null;
  const end = document.text.indexOf('\n```', OPENING.length);
  return end < 0 ? null : parseToml(document.text.slice(OPENING.length, end + 1));
}

/** Does the file begin with such a table, in which an identifier of that prefix stands? Looks at its first two kilobytes. */
export function beginsWithAdvisory(document: FeedDocument, prefix: string): boolean {
  if (document.kind !== 'text' || !document.text.startsWith(OPENING)) return false;
  return document.text.slice(0, 2048).includes(`\nid = "${prefix}`);
}
