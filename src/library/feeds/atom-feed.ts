import { formatXml, type XmlNode } from '../../formats/xml-text.ts';
import { pageAddress, type FeedItem, type FeedPage } from './feed.ts';

const ATOM = 'http://www.w3.org/2005/Atom';
/** RFC 5005, section 2. */
const HISTORY = 'http://purl.org/syndication/history/1.0';

/** RFC 4287, with the links of RFC 5005. */
export function formatAtom(page: FeedPage): string {
  const { id, title, author, updated, number, older, items, address } = page;
  return formatXml({
    name: 'feed',
    attributes: [
      ['xmlns', ATOM],
      ['xmlns:fh', HISTORY],
    ],
    children: [
      text('id', id),
      text('title', title),
      text('updated', updated),
      { name: 'author', children: [text('name', author)] },
      { name: 'generator', text: 'Hallmark' },
      ...link('self', pageAddress(address, number, 'atom')),
      ...(number === null ? [] : link('current', pageAddress(address, null, 'atom'))),
      ...(older === null ? [] : link('prev-archive', pageAddress(address, older, 'atom'))),
      ...(number === null ? [] : [{ name: 'fh:archive' }]),
      ...items.map(entry),
    ],
  });
}

function entry({ id, title, paragraphs, updated, link: page, entry: { event } }: FeedItem): XmlNode {
  return {
    name: 'entry',
    children: [
      text('id', id),
      text('title', title),
      text('updated', updated),
      ...link('alternate', page),
      ...[event.repository, event.kind].map((term) => ({
        name: 'category',
        attributes: [['term', term]] as const,
      })),
      { name: 'content', attributes: [['type', 'text']], text: paragraphs.join('\n\n') },
    ],
  };
}

function text(name: string, content: string): XmlNode {
  return { name, text: content };
}

function link(rel: string, href: string | null): readonly XmlNode[] {
  return href === null
    ? []
    : [
        {
          name: 'link',
          attributes: [
            ['rel', rel],
            ['href', href],
          ],
        },
      ];
}
