import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceDatabaseFile } from '../../advisories/database/replace-file.ts';
import { parseYaml } from '../../formats/yaml.ts';
import { UpdateError } from '../errors.ts';
import { UPSTREAMS, upstreamNamed } from './register.ts';
import type { Retrieval, Upstream } from './upstream.ts';

/** The sources that a machine's database is made of. */
export interface Selection {
  /** Sorted. */
  readonly sources: readonly string[];
  /** Mirrors, by source. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Sources whose terms the user has accepted. */
  readonly accepted: readonly string[];
}

/** What the user asks for. */
export interface SelectionRequest {
  /** All that are fetched by default. */
  readonly upstream?: boolean;
  readonly source?: readonly string[];
  /** File with sources and their addresses. */
  readonly sources?: string;
  readonly without?: readonly string[];
  readonly acceptLicence?: readonly string[];
}

export interface Chosen {
  readonly selection: Selection;
  /** To fetch now, in the order of their identifiers. */
  readonly upstreams: readonly FetchableUpstream[];
}

export type FetchableUpstream = Upstream & { readonly retrieval: Retrieval };

/**
 * What to fetch: the sources that are named, else all that were before. What is named is added to what was, and taken out
 * again only by `without`.
 *
 * @throws {UpdateError} UPSTREAM_UNKNOWN, SOURCE_TERMS, SOURCES_FILE_INVALID, UPDATE_FROM_NOWHERE
 */
export function chooseSources(request: SelectionRequest, before: Selection | null): Chosen {
  const listed = request.sources === undefined ? new Map() : readSourcesFile(request.sources);
  const named = new Set([
    ...(request.upstream === true ? UPSTREAMS.filter(({ byDefault }) => byDefault).map(({ id }) => id) : []),
    ...(request.source ?? []),
    ...listed.keys(),
  ]);
  const without = new Set(request.without ?? []);
  for (const id of [...named, ...without]) known(id);
  const accepted = new Set([...(before?.accepted ?? []), ...(request.acceptLicence ?? [])]);
  const addresses = {
    ...before?.addresses,
    ...Object.fromEntries([...listed].filter(([, at]) => at.length > 0)),
  };
  const wanted = (ids: Iterable<string>): readonly string[] =>
    [...new Set(ids)].filter((id) => !without.has(id)).sort();
  const sources = wanted([...(before?.sources ?? []), ...named]);
  // a source may have left the table since
  const fetched = (named.size > 0 ? wanted(named) : sources).flatMap((id) => upstreamNamed(id) ?? []);
  if (fetched.length === 0)
    throw new UpdateError('UPDATE_FROM_NOWHERE', 'no source is named, and none was fetched before');
  return {
    selection: { sources, addresses, accepted: [...accepted].sort() },
    upstreams: fetched.map((upstream) => allowed(upstream, accepted, addresses[upstream.id])),
  };
}

function known(id: string): Upstream {
  const upstream = upstreamNamed(id);
  if (upstream !== undefined) return upstream;
  throw new UpdateError('UPSTREAM_UNKNOWN', `there is no upstream source ${id}`, { subject: id });
}

function allowed(
  upstream: Upstream,
  accepted: ReadonlySet<string>,
  addresses: readonly string[] | undefined,
): FetchableUpstream {
  const { id, retrieval, terms } = upstream;
  if (retrieval === null) {
    const remedy = 'Leave it out: Hallmark does not fetch it.';
    throw new UpdateError('SOURCE_TERMS', `${id} may not be used: ${terms ?? ''}`, { subject: id, remedy });
  }
  if (terms !== null && !accepted.has(id))
    throw new UpdateError('SOURCE_TERMS', `${id} has terms: ${terms}`, {
      subject: id,
      remedy: `Read them; if you may use the source, add --accept-licence ${id}.`,
    });
  return { ...upstream, retrieval, addresses: addresses ?? upstream.addresses };
}

const Address = z.string().regex(/^https?:\/\//, 'is no address of the web');
const SourcesFile = z.record(
  z.string(),
  z.union([z.null(), Address, z.array(Address)]).transform((at) => (at === null ? [] : [at].flat())),
);

/** `id: address`, `id: [addresses]` or `id:` for its usual ones, as YAML or JSON. */
function readSourcesFile(file: string): ReadonlyMap<string, readonly string[]> {
  const invalid = (reason: string, cause?: unknown) =>
    new UpdateError('SOURCES_FILE_INVALID', `cannot use ${file}: ${reason}`, { subject: file, cause });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const read = SourcesFile.safeParse(parseYaml(text));
  if (read.success) return new Map(Object.entries(read.data));
  throw invalid(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

const Remembered = z.object({
  sources: z.array(z.string()),
  addresses: z.record(z.string(), z.array(z.string())),
  accepted: z.array(z.string()),
});

function placeOf(folder: string): string {
  return join(folder, 'selection.json');
}

/**
 * Null where none was ever made, or the database comes from a channel since.
 *
 * @param folder of all sources
 * @throws {UpdateError} SOURCES_FILE_INVALID
 */
export function recallSelection(folder: string): Selection | null {
  const file = placeOf(folder);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
  try {
    return Remembered.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const message = `${file} does not say which sources are fetched; remove it and name them again`;
    throw new UpdateError('SOURCES_FILE_INVALID', message, { subject: file, cause });
  }
}

/** @throws {AdvisoryError} DATABASE_NOT_WRITTEN */
export function rememberSelection(folder: string, selection: Selection): void {
  replaceDatabaseFile(placeOf(folder), (partial) =>
    writeFileSync(partial, `${JSON.stringify(selection, null, 2)}\n`),
  );
}

/** From now on the database comes from somewhere else; what was fetched is kept. */
export function forgetSelection(folder: string): void {
  rmSync(placeOf(folder), { force: true });
}
