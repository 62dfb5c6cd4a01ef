import type { Advisory } from '../advisory.ts';
import type { FeedItem } from '../feed.ts';
import { sourceNamed } from '../sources.ts';

/**
 * An advisory in which nothing is stated beyond `stated`; its page is the source's where the record has none.
 *
 * @param part see `FeedItem`
 */
export function advisoryItem(
  stated: Partial<Advisory> & Pick<Advisory, 'id' | 'source' | 'affected'>,
  part = '',
): FeedItem {
  const advisory: Advisory = {
    aliases: [],
    covers: [],
    published: null,
    modified: null,
    withdrawn: null,
    severities: [],
    ...stated,
    url: stated.url ?? sourceNamed(stated.source)?.page?.(stated.id) ?? null,
  };
  return { kind: 'advisory', part, advisory };
}
