/** The document `builds.json`, as upstream writes it: read, and written byte for byte. docker-library/meta-scripts, `builds.sh`. */
import { z } from 'zod';
import { type Architecture, ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { parseJsonObject } from '../../formats/json.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { LibraryError } from '../errors.ts';
import { ARCHITECTURE_ANNOTATION, type IndexDocument } from '../indexes/index-document.ts';
import type { SourceId } from '../sources/source.ts';
import type { BuildId } from './build.ts';

/** A build whose parents are all known; others have no record. */
export interface BuildRecord {
  readonly buildId: BuildId;
  /** Its name in quarantine: `oisupport/staging-amd64:<build>`. */
  readonly img: string;
  /** What is there for the architecture; null: it is to be built. */
  readonly resolved: IndexDocument | null;
  readonly sourceId: SourceId;
  readonly architecture: Architecture;
  /** In the order of the Dockerfile, without `scratch`. */
  readonly parents: ReadonlyMap<string, Digest>;
  readonly resolvedParents: ReadonlyMap<string, IndexDocument>;
  /** The record of `sources.json`, with this architecture only. */
  readonly source: object;
}

const MAX_BUILDS = 1_000_000;

const Hex = z.string().regex(/^[0-9a-f]{64}$/);
const DigestText = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'not a digest');
const Index = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string(),
  manifests: z.array(
    z.looseObject({ mediaType: z.string(), digest: DigestText, size: z.int().nonnegative() }),
  ),
});
const Record = z.object({
  buildId: Hex,
  build: z.object({
    img: z.string(),
    resolved: Index.nullable(),
    sourceId: Hex,
    arch: z.enum(ARCHITECTURE_NAMES),
    parents: z.record(z.string(), DigestText),
    resolvedParents: z.record(z.string(), Index),
  }),
  source: z.looseObject({}),
});

/** @throws {LibraryError} DOCUMENT_INVALID */
export function readBuilds(text: string, name: string): readonly BuildRecord[] {
  const document = parseJsonObject(text);
  if (document === null) throw invalid(name, 'is not an object of builds');
  const entries = Object.entries(document);
  if (entries.length > MAX_BUILDS) throw invalid(name, `has more than ${MAX_BUILDS} builds`);
  return entries.map(([key, value]) => {
    const read = Record.safeParse(value);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw invalid(name, `${JSON.stringify(key)}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    const { buildId, build, source } = read.data;
    if (buildId !== key) throw invalid(name, `the build ${JSON.stringify(key)} says that it is ${buildId}`);
    return {
      buildId: buildId as BuildId,
      img: build.img,
      resolved: build.resolved,
      sourceId: build.sourceId as SourceId,
      architecture: build.arch,
      parents: new Map(Object.entries(build.parents)),
      resolvedParents: new Map(Object.entries(build.resolvedParents)),
      source,
    };
  });
}

/** By the order in which Go writes the fields of an index, and indented as `jq --tab` does. */
export function formatBuilds(records: readonly BuildRecord[]): string {
  const document = Object.fromEntries(
    records.map((record) => [
      record.buildId,
      {
        buildId: record.buildId,
        build: {
          img: record.img,
          resolved: record.resolved === null ? null : inOrder(record.resolved, INDEX_FIELDS),
          sourceId: record.sourceId,
          arch: record.architecture,
          parents: Object.fromEntries(record.parents),
          resolvedParents: Object.fromEntries(
            [...record.resolvedParents].map(([from, index]) => [from, inOrder(index, INDEX_FIELDS)]),
          ),
        },
        source: record.source,
      },
    ]),
  );
  // jq escapes the one control character that JavaScript does not
  return `${JSON.stringify(document, null, '\t').replaceAll('\u007f', '\\u007f')}\n`;
}

/** Only what is for an architecture, as the index itself was annotated; null where nothing is. */
export function forArchitecture(index: IndexDocument, architecture: Architecture): IndexDocument | null {
  const manifests = index.manifests.filter(
    ({ annotations }) => annotations?.[ARCHITECTURE_ANNOTATION] === architecture,
  );
  return manifests.length === 0 ? null : { ...index, manifests };
}

/** Names of fields, and the order of those of their values; `sorted` for maps. opencontainers/image-spec, `specs-go/v1`. */
interface FieldOrder {
  readonly [field: string]: FieldOrder | 'sorted' | 'as it is';
}

const DESCRIPTOR_FIELDS: FieldOrder = {
  mediaType: 'as it is',
  digest: 'as it is',
  size: 'as it is',
  urls: 'as it is',
  annotations: 'sorted',
  data: 'as it is',
  platform: {
    architecture: 'as it is',
    os: 'as it is',
    'os.version': 'as it is',
    'os.features': 'as it is',
    variant: 'as it is',
  },
  artifactType: 'as it is',
};
const INDEX_FIELDS: FieldOrder = {
  schemaVersion: 'as it is',
  mediaType: 'as it is',
  artifactType: 'as it is',
  manifests: DESCRIPTOR_FIELDS,
  subject: DESCRIPTOR_FIELDS,
  annotations: 'sorted',
};

/** Fields that Go does not know are left out, as it does. */
function inOrder(value: unknown, order: FieldOrder[string]): unknown {
  if (order === 'as it is' || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => inOrder(item, order));
  const fields = new Map(Object.entries(value));
  const names = order === 'sorted' ? [...fields.keys()].sort((a, b) => (a < b ? -1 : 1)) : Object.keys(order);
  return Object.fromEntries(
    names
      .filter((name) => fields.get(name) !== undefined)
      .map((name) => [
        name,
        order === 'sorted' ? fields.get(name) : inOrder(fields.get(name), order[name] ?? 'as it is'),
      ]),
  );
}

function invalid(name: string, problem: string): LibraryError {
  return new LibraryError('DOCUMENT_INVALID', `${name}: ${problem}`, { subject: name });
}
