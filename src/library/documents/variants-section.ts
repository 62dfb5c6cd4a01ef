/** What the variants of an image are for. docker-library/docs, `.template-helpers/variant.sh`. */
import type { Entry } from '../../definitions/definition.ts';
import { DEFAULT_TEXTS } from './default-texts.ts';
import { textOrEmpty, withoutLastLines, type Texts, type TextSources } from './texts.ts';

export interface VariantOptions {
  /** Names of releases that stand in tags; none for the distributions themselves. */
  readonly suites: DistributionSuites;
  /** The image that the last stage of an entry is built on; null where it is not known. */
  readonly lastStageFrom: (entry: Entry) => string | null;
}

export interface DistributionSuites {
  readonly debian: readonly string[];
  readonly ubuntu: readonly string[];
}

/** Begins with two line feeds; empty where no variant has a text. */
export function formatVariants(
  entries: readonly Entry[],
  texts: TextSources,
  { suites, lastStageFrom }: VariantOptions,
): string {
  const tags = entries.flatMap((entry) => entry.tags);
  const variants = variantTexts(tags, texts);
  if (variants.length === 0) return '';
  const paragraphs = [
    textOrEmpty('variant.md', texts),
    suiteText(tags, suites.debian, 'variant-default-debian.md', texts),
    suiteText(tags, suites.ubuntu, 'variant-default-ubuntu.md', texts),
    entries.some((entry) => isLargeBase(lastStageFrom(entry)))
      ? textOrEmpty('variant-default-buildpack-deps.md', texts)
      : '',
  ].filter((text) => text !== '');
  return `\n\n${[...paragraphs, ...variants].join('\n\n')}`;
}

/** For each tag the first file that there is, each file once; an empty one suppresses the text of its variant. */
function variantTexts(tags: readonly string[], { repository, shared }: TextSources): readonly string[] {
  const used = new Set<string>();
  const found: string[] = [];
  const places: readonly (readonly [string, Texts])[] = [
    ['repository', repository],
    ['shared', new Map([...DEFAULT_TEXTS, ...shared])],
  ];
  for (const tag of tags) {
    const parts = tag.split('-');
    const names = [tag, parts.at(-1) ?? tag, parts.at(-2) ?? tag].map((name) => `variant-${name}.md`);
    const candidates = places.flatMap(([place, texts]) =>
      names.map((name) => ({ key: `${place}/${name}`, text: texts.get(name) })),
    );
    const first = candidates.find(({ text }) => text !== undefined);
    if (first?.text === undefined || used.has(first.key)) continue;
    used.add(first.key);
    if (first.text !== '') found.push(withoutLastLines(first.text));
  }
  return found;
}

function suiteText(
  tags: readonly string[],
  suites: readonly string[],
  name: string,
  texts: TextSources,
): string {
  const found = suites.filter((suite) => tags.some((tag) => `-${tag}-`.includes(`-${suite}-`)));
  const names = [...new Set(found)].sort();
  if (names.length === 0) return '';
  return textOrEmpty(name, texts).replace('%%DEB-SUITES%%', () => alternatives(names));
}

/** `a`, `a or b`, `a, b, or c`. */
function alternatives(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  if (names.length < 3) return names.join(' or ');
  return `${names.slice(0, -1).join(', ')}, or ${last}`;
}

/** Its variants with a hyphen, such as `buildpack-deps:trixie-curl`, are not large. */
function isLargeBase(from: string | null): boolean {
  return from !== null && from.startsWith('buildpack-deps:') && !from.includes('-', 'buildpack-deps:'.length);
}

/** Releases that can stand in names of tags, by the definitions of the distributions themselves. */
export function distributionSuites(debian: readonly Entry[], ubuntu: readonly Entry[]): DistributionSuites {
  const ofDebian = debian.flatMap(({ tags }) => tags.slice(0, 1));
  const ofUbuntu = ubuntu.flatMap(({ tags, sharedTags }) => [...tags, ...sharedTags]);
  return {
    debian: ofDebian.filter((tag) => !/stable|slim|backports|experimental|testing/.test(tag)),
    ubuntu: ofUbuntu.filter((tag) => !/devel|latest|[0-9]/.test(tag)),
  };
}
