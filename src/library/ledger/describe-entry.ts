/** An entry of the ledger in words, for feeds, terminals and pages. Names in it are as they came, to be escaped where they are shown. */
import type { PackageChanges } from '../../model/assessment.ts';
import { parsePurl, type Purl } from '../../model/purl.ts';
import { plural } from '../../report/quantity.ts';
import { describeReasons } from '../plan/describe-reason.ts';
import type { LedgerEvent, Publication, PublishedImage, Retirement } from './entry.ts';

/** How many packages of each kind are named one by one. */
const MOST_PACKAGES = 10;
const MOST_TITLE_TAGS = 4;

/** `redis 8.0.1, 8, latest: published`. */
export function entryTitle({ kind, repository, tags }: LedgerEvent): string {
  return `${repository} ${someOf(tags, MOST_TITLE_TAGS)}: ${kind}`;
}

/** Sentences, each a paragraph. */
export function describeEvent(event: LedgerEvent): readonly string[] {
  return event.kind === 'published' ? describePublication(event) : describeRetirement(event);
}

function describePublication(event: Publication): readonly string[] {
  const { repository, tags, digest, images, missing } = event;
  return [
    `${repository}:${tags.join(', ')} ${tags.length === 1 ? 'means' : 'mean'} ${digest}${before(event)}.`,
    ...describeDated(event),
    ...together(images, why),
    ...together(images, ({ packages }) => (packages === null ? null : describePackages(packages))),
    ...(missing.length === 0 ? [] : [`Still to come: ${missing.join(', ')}.`]),
  ];
}

function before({ previous }: Publication): string {
  const digests = [...new Set(Object.values(previous))];
  return digests.length === 0 ? '' : `, before ${digests.join(' or ')}`;
}

function describeDated({ repository, dated = [] }: Publication): readonly string[] {
  return dated.length === 0
    ? []
    : [`${repository}:${dated.join(', ')} ${dated.length === 1 ? 'means' : 'mean'} it for good.`];
}

function describeRetirement({ repository, tags, digest, successor }: Retirement): readonly string[] {
  const instead = successor === null ? '' : ` ${repository}:${successor} takes the place.`;
  const verb = tags.length === 1 ? 'is' : 'are';
  return [
    `${repository}:${tags.join(', ')} ${verb} not supported any more, and ${tags.length === 1 ? 'stays' : 'stay'} at ${digest}.${instead}`,
  ];
}

function why({ reasons }: PublishedImage): string | null {
  return reasons.length === 0 ? null : describeReasons(reasons);
}

/** One sentence for all architectures of which the same is to be said. */
function together(
  images: readonly PublishedImage[],
  say: (image: PublishedImage) => string | null,
): readonly string[] {
  const said = new Map<string, string[]>();
  for (const image of images) {
    const words = say(image);
    if (words !== null) said.set(words, [...(said.get(words) ?? []), image.architecture]);
  }
  return [...said].map(([words, architectures]) => `${architectures.join(', ')}: ${words}.`);
}

/** `2 packages changed (libssl3 3.0.11 → 3.0.13, …); 1 package added (zlib1g 1.3)`. */
export function describePackages({ added, removed, changed }: PackageChanges): string {
  const kinds = [
    part(changed, 'changed', ({ from, to }) => `${label(from)} → ${parsePurl(to).version ?? 'no version'}`),
    part(added, 'added', label),
    part(removed, 'removed', label),
  ].filter((text) => text !== '');
  return kinds.length === 0 ? 'the same packages as before' : kinds.join('; ');
}

function part<Item>(items: readonly Item[], verb: string, name: (item: Item) => string): string {
  if (items.length === 0) return '';
  return `${plural(items.length, 'package')} ${verb} (${someOf(items.slice(0, MOST_PACKAGES).map(name), MOST_PACKAGES, items.length)})`;
}

function label(purl: Purl): string {
  const { name, version } = parsePurl(purl);
  return version === null ? name : `${name} ${version}`;
}

/** The first ones, and how many more there are. */
function someOf(texts: readonly string[], most: number, count = texts.length): string {
  const more = count - Math.min(most, texts.length);
  return `${texts.slice(0, most).join(', ')}${more > 0 ? ` and ${plural(more, 'more', 'more')}` : ''}`;
}
