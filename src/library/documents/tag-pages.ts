/** A page for each tag of a repository, and one that lists them: what a tag means, what it meant before, and why that changed. */
import { isTag } from '../../definitions/values.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { formatBytes, formatCount, formatDay } from '../../report/quantity.ts';
import type { TagEvent } from '../ledger/tag-events.ts';
import { imageFile } from './image-path.ts';
import { link, listOf, shownCode, shownText, table } from './markdown.ts';
import type { DocumentFile } from './programme-documents.ts';
import { missingArchitectures } from './repository-record.ts';
import type { RepositoryRecord } from './repository-schema.ts';
import { verifyCommands } from './verify-commands.ts';

export interface TagPagesInput {
  readonly record: RepositoryRecord;
  /** What has become of a tag, the newest last. */
  readonly eventsOf: (tag: string) => readonly TagEvent[];
  /** Whether there is a page of an image of this repository. */
  readonly hasPage: (image: Digest) => boolean;
  readonly plainHttp: boolean;
}

type TagRecord = RepositoryRecord['tags'][number];

/** `NAME/tags.md` and `NAME/tags/TAG.md`. */
export function tagPages(input: TagPagesInput): readonly DocumentFile[] {
  const { name, tags } = input.record;
  // the ledger may be forged, and files get these names
  const sound = tags.filter(({ tag }) => isTag(tag));
  return [
    { path: `${name}/tags.md`, content: formatTagList(sound, input) },
    ...sound.map((tag) => ({ path: `${name}/tags/${tag.tag}.md`, content: formatTagPage(tag, input) })),
  ];
}

function formatTagList(tags: readonly TagRecord[], input: TagPagesInput): string {
  const rows = tags.map((tag) => [
    link(shownText(tag.tag), `./tags/${tag.tag}.md`),
    tag.state,
    tag.digest ?? 'not published yet',
    tag.publishedAt === null ? '' : formatDay(tag.publishedAt),
    tag.actual
      .map(({ architecture, digest }) => imageLink(architecture, digest, './images', input))
      .join(', '),
  ]);
  const heads = ['Tag', 'State', 'Index', 'Since', 'Images'];
  return `# Tags of ${shownCode(input.record.name)}\n\n${table(heads, rows)}\n`;
}

function formatTagPage(tag: TagRecord, input: TagPagesInput): string {
  const { record, eventsOf, plainHttp } = input;
  const reference = `${record.image}:${tag.tag}`;
  const sections = [
    `# ${shownCode(`${record.name}:${tag.tag}`)}`,
    summary(tag),
    ...(tag.digest === null ? [] : ['## Images', formatImages(tag, input), '## Verify']),
    ...(tag.digest === null ? [] : [verifyCommands(reference, plainHttp)]),
    ...formatHistory(eventsOf(tag.tag)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function summary(tag: TagRecord): string {
  const { state, digest, publishedAt, dated, aliases, retiredAt, successor } = tag;
  return listOf([
    ['State', state],
    ['Retired', retiredAt === null ? null : formatDay(retiredAt)],
    ['In its place', successor === null ? null : tagLink(successor)],
    ['Index', digest === null ? 'not published yet' : shownCode(digest)],
    ['Since', publishedAt === null ? null : formatDay(publishedAt)],
    ['By a name that never moves', dated === null ? null : shownCode(dated)],
    ['The same by definition', aliases.map(tagLink).join(', ')],
    ['Still to come', missingArchitectures(tag).join(', ')],
    ['All tags', link('of this repository', '../tags.md')],
  ]);
}

function tagLink(tag: string): string {
  return isTag(tag) ? link(shownCode(tag), `./${tag}.md`) : shownCode(tag);
}

function formatImages({ actual }: TagRecord, input: TagPagesInput): string {
  const rows = actual.map(({ architecture, digest, sizeBytes, generation }) => [
    architecture,
    imageLink(digest, digest, '../images', input),
    sizeBytes === null ? '' : formatBytes(sizeBytes),
    formatCount(generation),
  ]);
  return table(['Architecture', 'Digest', 'Size', 'Generation'], rows);
}

function imageLink(text: string, digest: string, folder: string, { hasPage }: TagPagesInput): string {
  return isDigest(digest) && hasPage(digest) ? link(text, `${folder}/${imageFile(digest)}.md`) : text;
}

function formatHistory(events: readonly TagEvent[]): readonly string[] {
  if (events.length === 0) return [];
  const told = events.toReversed().map(({ at, sequence, sentences }) => {
    const said = sentences.map((sentence) => `\t-\t${shownText(sentence)}`);
    return [`-\t${formatDay(at)}, entry ${formatCount(sequence)} of the ledger`, ...said].join('\n');
  });
  return ['## History', told.join('\n')];
}
