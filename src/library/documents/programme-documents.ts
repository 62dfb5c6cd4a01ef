/** All pages of a programme as files, to be written or compared. */
import { type Architecture, ARCHITECTURES } from '../../definitions/architectures.ts';
import { inputsFor, type Entry } from '../../definitions/definition.ts';
import { isRepositoryName } from '../../definitions/values.ts';
import type { Digest } from '../../model/digest.ts';
import { formatJson } from '../../report/json.ts';
import { formatDay } from '../../report/quantity.ts';
import type { Contents } from '../contents/contents.ts';
import { LibraryError } from '../errors.ts';
import type { TagEvents } from '../ledger/tag-events.ts';
import type { TagState, TagStates } from '../ledger/tag-states.ts';
import type { Programme, Repository } from '../programme/programme.ts';
import { formatProgrammeIndex } from './programme-index.ts';
import {
  readDocumentFile,
  readRepositoryTexts,
  readSharedTexts,
  type RepositoryTexts,
} from './read-texts.ts';
import { renderDocument } from './render-document.ts';
import { repositoryRecord } from './repository-record.ts';
import type { RepositoryRecord } from './repository-schema.ts';
import { tagPages } from './tag-pages.ts';
import type { RetiredTag } from './tags-section.ts';
import type { Texts, TextSources } from './texts.ts';
import { trimDocument } from './trim-document.ts';
import { distributionSuites, type DistributionSuites } from './variants-section.ts';

export interface DocumentsInput {
  readonly programme: Programme;
  readonly contents: Contents;
  readonly tags: TagStates;
  /** Compressed, as it is transferred; null where nobody has looked. */
  readonly sizeOf: (image: Digest) => number | null;
  /** Names of repositories to render; all without them, with the page of the programme. */
  readonly only: ReadonlySet<string> | null;
  /** Pages about one architecture, beside those of its namespace: `arm64v8/redis/README.md`. */
  readonly architecture: Architecture | null;
  /** Longer pages are trimmed; null for no limit. */
  readonly limitBytes: number | null;
  /** Null: there are no pages of tags and images. */
  readonly images: ImagesInput | null;
}

/** For pages of tags. */
export interface ImagesInput {
  readonly events: TagEvents;
  /** Whether there is a page of an image. */
  readonly hasPage: (repository: string, image: Digest) => boolean;
}

export interface DocumentFile {
  /** Relative to the folder of pages, with slashes. */
  readonly path: string;
  readonly content: string | Buffer;
}

export interface ProgrammeDocuments {
  readonly files: readonly DocumentFile[];
  readonly problems: readonly MissingPage[];
}

export interface MissingPage {
  readonly repository: string;
  readonly because: string;
}

/** A repository whose texts cannot be read is among the problems, and the others go on. @throws {LibraryError} TEXTS_INVALID for those of all */
export function programmeDocuments(input: DocumentsInput): ProgrammeDocuments {
  const { programme, only, architecture } = input;
  const { repositories, broken, settings } = programme;
  const shared = readSharedTexts(settings.documents);
  const suites = suitesOf(programme);
  const files: DocumentFile[] = [];
  const records: RepositoryRecord[] = [];
  const problems = broken
    .filter(({ name }) => only?.has(name) ?? true)
    .map(({ name, problems: sentences }): MissingPage => ({
      repository: name,
      because: sentences.join('; '),
    }));
  for (const repository of repositories.values()) {
    if (only !== null && !only.has(repository.name)) continue;
    try {
      const own = readRepositoryTexts(settings.documents, repository.name);
      const texts = { repository: own.texts, shared };
      if (architecture === null) {
        const record = repositoryRecord({ ...input, repository, settings, texts });
        records.push(record);
        files.push({
          path: `${repository.name}/repository.json`,
          content: formatJson(record),
        });
        files.push(...logoFile(settings.documents, repository.name, own, shared));
        files.push(...tagFiles(record, input));
      }
      files.push(pageFile(repository, texts, own.logo, suites, input));
    } catch (error) {
      if (!(error instanceof LibraryError)) throw error;
      problems.push({ repository: repository.name, because: error.message });
    }
  }
  if (only === null && architecture === null) {
    files.push({
      path: 'README.md',
      content: formatProgrammeIndex({ name: settings.name, records, broken }),
    });
  }
  return { files, problems };
}

/** Of what cannot be published under its name there is nothing to tell. */
function hasTagPages({ name }: Pick<Repository, 'name'>): boolean {
  return isRepositoryName(name);
}

function tagFiles(record: RepositoryRecord, { images, programme }: DocumentsInput): readonly DocumentFile[] {
  if (images === null || !hasTagPages(record)) return [];
  const events = images.events.get(record.name);
  return tagPages({
    record,
    eventsOf: (tag) => events?.get(tag) ?? [],
    hasPage: (image) => images.hasPage(record.name, image),
    plainHttp: programme.settings.registry.plainHttp,
  });
}

function pageFile(
  repository: Repository,
  texts: TextSources,
  logo: string | null,
  suites: DistributionSuites,
  { contents, tags, architecture, limitBytes, programme, images }: DocumentsInput,
): DocumentFile {
  const { name, definition } = repository;
  const image = architecture === null ? name : `${ARCHITECTURES[architecture].namespace}/${name}`;
  const page = renderDocument({
    repository: name,
    image,
    definition,
    texts,
    logo,
    suites: name === 'debian' || name === 'ubuntu' ? { debian: [], ubuntu: [] } : suites,
    lastStageFrom: (entry) => lastStageFrom(entry, contents),
    retired: retiredTags(tags.get(name)?.values() ?? []),
    ...(architecture === null ? {} : { architecture }),
    // where a short page goes, it goes alone
    ...(images === null || limitBytes !== null || !hasTagPages(repository) ? {} : { tagList: './tags.md' }),
  });
  const wholePage =
    programme.settings.pageUrl?.replace('%s', () => encodeURIComponent(name)) ?? './README.md';
  const content = limitBytes === null ? page : `${trimDocument(page, { limitBytes, wholePage })}\n`;
  return { path: `${image}/README.md`, content };
}

/** Beside the page, unless the programme says where its logos are. */
function logoFile(
  root: string | null,
  repository: string,
  { texts, logo }: RepositoryTexts,
  shared: Texts,
): readonly DocumentFile[] {
  if (root === null || logo === null || texts.has('logo-url') || shared.has('logo-url')) return [];
  return [{ path: `${repository}/${logo}`, content: readDocumentFile(root, repository, logo) }];
}

/** As upstream, on the first of its architectures. */
function lastStageFrom(entry: Entry, contents: Contents): string | null {
  const [architecture] = entry.architectures;
  if (architecture === undefined) return null;
  return contents.factsOf(inputsFor(entry, architecture))?.lastStageFrom ?? null;
}

function suitesOf({ repositories }: Programme): DistributionSuites {
  const entries = (name: string) => repositories.get(name)?.definition.entries ?? [];
  return distributionSuites(entries('debian'), entries('ubuntu'));
}

function retiredTags(states: Iterable<TagState>): readonly RetiredTag[] {
  return [...states]
    .flatMap(({ tag, retired }) =>
      retired === null ? [] : [{ tag, at: retired.at, successor: retired.event.successor }],
    )
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1))
    .map(({ tag, at, successor }) => ({ tag, since: formatDay(at), successor }));
}
