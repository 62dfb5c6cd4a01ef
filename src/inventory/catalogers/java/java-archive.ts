import { hash } from 'node:crypto';
import type { Coverage } from '../../../model/coverage.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
} from '../../cataloger.ts';
import { decodeText, NOTHING, unreadable } from '../../evidence.ts';
import { type ArchiveFacts, factsOf } from './archive-facts.ts';
import { identifyArchive } from './archive-identity.ts';
import { ARCHIVE_EXTENSIONS } from './archive-metadata.ts';
import {
  beginsAsZip,
  walkArchive,
  type WalkedArchive,
  type WalkLimits,
  type WalkLosses,
} from './archive-walk.ts';
import { parseEmbeddedBill } from './embedded-bill.ts';
import { type MavenArtifact, toMavenPackage } from './coordinates.ts';

/** One artifact in an archive. */
export type ArchivedArtifact = MavenArtifact &
  ArchiveFacts & {
    /** Place in the archive; null for the archive itself. */
    readonly inside: string | null;
    /** Of the archive that it is; null for what is shaded into another. */
    readonly sha1: string | null;
    /** Named only by a bill of materials in the archive. */
    readonly declared: boolean;
  };

export type ArchiveRecord = readonly ArchivedArtifact[];

const MAX_BYTES = 512 * 1024 * 1024;
const MAX_ARTIFACTS = 100_000;

/** An application of a few thousand libraries is read whole, a bomb is not: it ends at fifty times its own size. */
function limitsFor(bytes: number): WalkLimits {
  return {
    depth: 8,
    archives: 20_000,
    entries: 1_000_000,
    bytes: Math.min(64 * 1024 * 1024 + bytes * 50, 2 ** 32),
    // three thousand libraries have a third of it
    metadataBytes: 128 * 1024 * 1024,
  };
}

/**
 * Java archives and the archives in them: applications of Spring Boot, WARs, EARs, plug-ins of Jenkins, shaded and plain
 * libraries. Each artifact that an archive holds is a package of its own, also where one is there several times, for each
 * copy must be replaced.
 */
export const javaArchiveCataloger = defineCataloger<ArchiveRecord>({
  name: 'java-archive',
  version: 1,
  interests: [
    { suffixes: ARCHIVE_EXTENSIONS.map((extension) => `.${extension}` as const), maxBytes: MAX_BYTES },
  ],
  unit: (path) => path,
  read: readArchive,
  catalog: catalogArchives,
});

function readArchive({ path, content }: EvidenceFile): ReadFile<ArchiveRecord> {
  const artifacts: ArchivedArtifact[] = [];
  const losses = walkArchive(path, content, limitsFor(content.length), (archive) => {
    if (artifacts.length < MAX_ARTIFACTS) artifacts.push(...artifactsOf(archive));
  });
  if (losses === null) {
    if (!beginsAsZip(content)) return NOTHING;
    const message = 'The archive is damaged or cut off; what is in it is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const coverage = coverageOf(path, losses, artifacts.length >= MAX_ARTIFACTS);
  return { record: artifacts.length > 0 ? artifacts.slice(0, MAX_ARTIFACTS) : null, coverage };
}

function artifactsOf({ evidence, inside, bytes, bills }: WalkedArchive): readonly ArchivedArtifact[] {
  const { own, shaded } = identifyArchive(evidence);
  const placeOf = (name: string) => (inside === null ? name : `${inside}!/${name}`);
  const artifacts = shaded.map(({ pom, toldBy, ...artifact }): ArchivedArtifact => ({
    ...artifact,
    ...factsOf(pom, null),
    inside: placeOf(toldBy ?? ''),
    sha1: null,
    declared: false,
  }));
  if (own !== null) {
    const { pom, toldBy: _, ...artifact } = own;
    const facts = factsOf(pom, evidence.manifest);
    artifacts.unshift({ ...artifact, ...facts, inside, sha1: hash('sha1', bytes), declared: false });
  }
  // a bill names what lies in the archive, which tells itself; a thin archive's libraries may be compiled away
  for (const [name, content] of evidence.isContainer ? [] : bills) {
    for (const billed of parseEmbeddedBill(decodeText(content)) ?? []) {
      artifacts.push({ ...billed, inside: placeOf(name), sha1: null, declared: true });
    }
  }
  return artifacts;
}

/** At most these places are named; a hostile archive could have a million. */
const NAMED_PLACES = 3;

function coverageOf(
  path: string,
  { unread, beyondLimits }: WalkLosses,
  tooMany: boolean,
): readonly Coverage[] {
  const coverage: Coverage[] = [];
  if (unread.length > 0) {
    const message = `${unread.length} archives or metadata files in it could not be read (${listed(unread)}); what they tell is missing.`;
    coverage.push(unreadable(path, message));
  }
  if (beyondLimits.length > 0 || tooMany) {
    const message = `The archive holds more, or is nested deeper, than is read${beyondLimits.length > 0 ? ` (${listed(beyondLimits)})` : ''}; the rest is missing.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  return coverage;
}

function listed(places: readonly string[]): string {
  const named = places.slice(0, NAMED_PLACES).map((place) => place.slice(0, 200));
  return [...named, ...(places.length > NAMED_PLACES ? ['…'] : [])].join(', ');
}

function catalogArchives(files: ReadonlyMap<string, ArchiveRecord>): Catalog {
  const packages = [...files].flatMap(([path, artifacts]) =>
    artifacts.map((artifact) => toPackage(artifact, path)),
  );
  return { packages, coverage: [] };
}

function toPackage(artifact: ArchivedArtifact, path: string): CatalogedPackage {
  const { inside, sha1, declared, licences, supplier, description, homepage, dependencies } = artifact;
  return toMavenPackage(artifact, {
    presence: declared ? 'declared' : 'installed',
    evidence: [inside === null ? path : { path, inside }],
    checksums: sha1 === null ? [] : [{ algorithm: 'sha1', hex: sha1 }],
    licences,
    supplier,
    description,
    homepage,
    dependencies,
  });
}
