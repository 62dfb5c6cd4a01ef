/** The list of supported tags. docker-library/docs, `.template-helpers/generate-dockerfile-links-partial.tmpl`. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Definition, Entry } from '../../definitions/definition.ts';
import { sharedTagGroups } from '../../definitions/shared-tags.ts';
import { markdownCode } from '../../report/escape.ts';
import { sourceLink } from './source-link.ts';

/** Tags that are not supported any more, at most this many: the newest. */
const MOST_RETIRED = 50;

export interface TagsSectionOptions {
  /** Of a page about one architecture. */
  readonly architecture?: Architecture;
  /** What shared tags are: stands before both lists. */
  readonly sharedTags: string;
  /** The newest first. */
  readonly retired: readonly RetiredTag[];
}

export interface RetiredTag {
  readonly tag: string;
  /** Day, RFC 3339 full-date. */
  readonly since: string;
  readonly successor: string | null;
}

/** Empty where no entry is left; ends without a line feed. */
export function formatTagsSection(definition: Definition, options: TagsSectionOptions): string {
  const { architecture, sharedTags, retired } = options;
  const entries = entriesFor(definition.entries, architecture);
  const groups = sharedTagGroups(definition.entries);
  const simple = entries.map((entry) => `-\t${linkedTags(entry, entry.tags, architecture)}`);
  const shared = groups.flatMap((group) => {
    const members = entriesFor(group.entries, architecture);
    const lines = members.map((entry) => `\t-\t${linkedTags(entry, entry.tags.slice(0, 1), architecture)}`);
    return members.length === 0 ? [] : [`-\t${tagList(group.tags)}:\n\n${lines.join('\n')}`];
  });
  return [
    ...(groups.length > 0 ? [sharedTags, '## Simple Tags'] : []),
    ...simple,
    ...(groups.length > 0 ? ['## Shared Tags'] : []),
    ...shared,
    ...retiredTags(retired),
  ].join('\n\n');
}

/** Those that exist on an architecture; all without one. */
export function entriesFor(entries: readonly Entry[], architecture?: Architecture): readonly Entry[] {
  return architecture === undefined
    ? entries
    : entries.filter((entry) => entry.architectures.includes(architecture));
}

function linkedTags(entry: Entry, tags: readonly string[], architecture?: Architecture): string {
  const link = sourceLink(entry, architecture);
  return link === null ? tagList(tags) : `[${tagList(tags)}](${link})`;
}

function tagList(tags: readonly string[]): string {
  return tags.map(markdownCode).join(', ');
}

function retiredTags(retired: readonly RetiredTag[]): readonly string[] {
  if (retired.length === 0) return [];
  const shown = retired.slice(0, MOST_RETIRED).map(({ tag, since, successor }) => {
    const instead = successor === null ? '' : `; ${markdownCode(successor)} takes its place`;
    return `-\t${markdownCode(tag)}: not supported since ${since}${instead}`;
  });
  const more = retired.length - shown.length;
  return ['## Retired Tags', shown.join('\n'), ...(more > 0 ? [`and ${more} older ones`] : [])];
}
