/**
 * The document `sources.json`: written byte for byte as upstream's `jq --tab` writes it, and read. docker-library/meta-scripts,
 * `sources.sh`; docker-library/meta.
 */
import { z } from 'zod';
import { ARCHITECTURES, type Architecture, isArchitecture } from '../../definitions/architectures.ts';
import { parseJson } from '../../formats/json.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { formatPlatform } from '../../model/platform.ts';
import type { ContextChecksum } from '../contents/contents.ts';
import { LibraryError } from '../errors.ts';
import { sourceIdOf } from './source-id.ts';
import type { Source, SourceArchitecture, SourceId, Sources } from './source.ts';

const checksum = z.custom<ContextChecksum>(isHash, 'it is no SHA-256 in hexadecimal');
const sourceId = z.custom<SourceId>(isHash, 'it is no SHA-256 in hexadecimal');

const sourceArchitectureSchema = z.object({
  tags: z.array(z.string()),
  archTags: z.array(z.string()),
  froms: z.array(z.string()),
  lastStageFrom: z.string(),
  platformString: z.string(),
  platform: z.object({ architecture: z.string(), os: z.string(), variant: z.string().optional() }),
  parents: z.record(
    z.string(),
    z.object({
      sourceId: sourceId.nullable(),
      pin: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)).nullable(),
    }),
  ),
});

/** A source as the document has it. */
export const sourceSchema = z.object({
  sourceId,
  reproducibleGitChecksum: checksum,
  entries: z
    .array(
      z.object({
        GitRepo: z.string(),
        GitFetch: z.string(),
        GitCommit: z.string(),
        Directory: z.string(),
        File: z.string(),
        Builder: z.string(),
        SOURCE_DATE_EPOCH: z.int(),
      }),
    )
    .min(1),
  arches: z.partialRecord(
    z.custom<Architecture>((value) => typeof value === 'string' && isArchitecture(value)),
    sourceArchitectureSchema,
  ),
});

export type SourceDocument = z.infer<typeof sourceSchema>;

export const sourcesSchema = z.record(z.string(), sourceSchema);

export function formatSources(sources: Sources): string {
  const document = Object.fromEntries([...sources].map(([id, source]) => [id, toSourceDocument(source)]));
  // jq escapes the one control character that JSON allows as it is
  return `${JSON.stringify(document, null, '\t').replaceAll('\u007f', '\\u007f')}\n`;
}

/** In the order of the document's fields. */
export function toSourceDocument(source: Source): SourceDocument {
  return {
    sourceId: source.sourceId,
    reproducibleGitChecksum: source.checksum,
    entries: source.entries.map((entry) => ({
      GitRepo: entry.gitRepo,
      GitFetch: entry.gitFetch,
      GitCommit: entry.gitCommit,
      Directory: entry.directory,
      File: entry.file,
      Builder: entry.builder,
      SOURCE_DATE_EPOCH: entry.epoch,
    })),
    arches: Object.fromEntries(
      [...source.architectures].map(([architecture, place]) => [
        architecture,
        toPlaceDocument(architecture, place),
      ]),
    ),
  };
}

function toPlaceDocument(
  name: Architecture,
  { tags, archTags, froms, lastStageFrom, parents }: SourceArchitecture,
): z.infer<typeof sourceArchitectureSchema> {
  const { platform } = ARCHITECTURES[name];
  const { os, architecture, variant } = platform;
  return {
    tags: [...tags],
    archTags: [...archTags],
    froms: [...froms],
    lastStageFrom,
    platformString: formatPlatform(platform),
    platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
    parents: Object.fromEntries(parents),
  };
}

/** @param name of the file, for errors @throws {LibraryError} DOCUMENT_INVALID with the place */
export function parseSources(text: string, name: string): Sources {
  const read = sourcesSchema.safeParse(parseJson(text));
  if (!read.success) {
    throw new LibraryError('DOCUMENT_INVALID', `${name}: ${z.prettifyError(read.error).slice(0, 1000)}`, {
      subject: name,
    });
  }
  const sources = new Map<SourceId, Source>();
  for (const [key, document] of Object.entries(read.data)) {
    const source = fromSourceDocument(document);
    const [{ file, builder }] = source.entries;
    if (key !== source.sourceId || sourceIdOf(source.checksum, file, builder) !== source.sourceId) {
      const message = `${name}: the source ${key.slice(0, 100)} does not have the identifier of its content`;
      throw new LibraryError('DOCUMENT_INVALID', message, { subject: name });
    }
    sources.set(source.sourceId, source);
  }
  return sources;
}

function fromSourceDocument({
  sourceId: id,
  reproducibleGitChecksum,
  entries,
  arches,
}: SourceDocument): Source {
  const [first, ...others] = entries.map((entry) => ({
    gitRepo: entry.GitRepo,
    gitFetch: entry.GitFetch,
    gitCommit: entry.GitCommit,
    directory: entry.Directory,
    file: entry.File,
    builder: entry.Builder,
    epoch: entry.SOURCE_DATE_EPOCH,
  }));
  if (first === undefined) throw new RangeError('a source without entries passed the schema');
  const architectures = Object.entries(arches).map(
    ([architecture, { tags, archTags, froms, lastStageFrom, parents }]): [
      Architecture,
      SourceArchitecture,
    ] => [
      architecture as Architecture,
      { tags, archTags, froms, lastStageFrom, parents: new Map(Object.entries(parents)) },
    ],
  );
  return {
    sourceId: id,
    checksum: reproducibleGitChecksum,
    entries: [first, ...others],
    architectures: new Map(architectures),
  };
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
