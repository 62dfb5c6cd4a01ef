/** Programmes of a few lines, in memory: definitions, contents of their commits, sources and graph. */
import { createHash } from 'node:crypto';
import { parseDefinition } from '../../src/definitions/parse.ts';
import { createBuildGraph, type BuildGraph } from '../../src/library/builds/build-graph.ts';
import type { ContentFacts, Contents, ContextChecksum } from '../../src/library/contents/contents.ts';
import type { ExternalPins, Programme, Repository } from '../../src/library/programme/programme.ts';
import { defaultSettings } from '../../src/library/programme/read-settings.ts';
import type { Sources } from '../../src/library/sources/source.ts';
import { makeSources } from '../../src/library/sources/make-sources.ts';

export interface SmallProgramme {
  readonly programme: Programme;
  /** Definition files by repository, as they were read. */
  readonly texts: ReadonlyMap<string, string>;
  readonly contents: Contents;
  readonly sources: Sources;
  readonly graph: BuildGraph;
}

/** When commits of small programmes were made; seconds since 1970. */
export const COMMITTED_AT = 1_700_000_000;

/**
 * A line is an entry: `repository:tag,tag architecture,architecture < parent, parent # revision`. Architectures are amd64 and
 * parents `scratch` where they are left out; another revision is another commit with other contents.
 *
 *     debian:12,bookworm amd64,arm64v8
 *     python:3.13,latest amd64,arm64v8 < debian:12, gcc:15
 */
export function smallProgramme(
  lines: string,
  changes: { readonly settings?: Partial<Programme['settings']>; readonly pins?: ExternalPins } = {},
): SmallProgramme {
  const facts = new Map<string, ContentFacts>();
  const paragraphs = new Map<string, string[]>();
  for (const line of lines.split('\n').map((text) => text.trim())) {
    const found = ENTRY.exec(line)?.groups;
    if (line === '') continue;
    if (found === undefined) throw new Error(`not an entry of a small programme: ${line}`);
    const {
      repository = '',
      tags = '',
      architectures = 'amd64',
      parents = 'scratch',
      revision = '1',
    } = found;
    const [directory = ''] = tags.split(',');
    const commit = hash('sha1', `${repository}:${directory} ${revision}`);
    const froms = parents.split(',').map((from) => from.trim());
    facts.set(`${commit} ${directory}`, {
      checksum: hash('sha256', `${repository}:${directory} ${revision}`) as ContextChecksum,
      froms,
      lastStageFrom: froms.at(-1) ?? 'scratch',
      epoch: COMMITTED_AT,
    });
    const before = paragraphs.get(repository) ?? [headOf(repository)];
    paragraphs.set(repository, [
      ...before,
      `Tags: ${tags}\nArchitectures: ${architectures}\nGitCommit: ${commit}\nDirectory: ${directory}\n`,
    ]);
  }
  const texts = new Map(
    [...paragraphs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, parts]) => [name, parts.join('\n')]),
  );
  const repositories = new Map(
    [...texts].map(([name, text]): [string, Repository] => [
      name,
      { name, file: `/programme/library/${name}`, definition: parseDefinition(text, { name }) },
    ]),
  );
  const pins: ExternalPins = changes.pins ?? new Map();
  const programme: Programme = {
    settings: { ...defaultSettings('/programme'), ...changes.settings },
    repositories,
    broken: [],
    pins,
  };
  const contents: Contents = {
    factsOf: ({ gitCommit, directory }) => facts.get(`${gitCommit} ${directory}`) ?? null,
  };
  const { sources, problems } = makeSources([...repositories.values()], contents, pins);
  // circles are what some programmes are made for
  const mistakes = problems.filter(({ code }) => code !== 'PARENTS_CYCLIC');
  if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join('\n'));
  return { programme, texts, contents, sources, graph: createBuildGraph(sources) };
}

const ENTRY =
  /^(?<repository>[a-z0-9-]+):(?<tags>[\w.,-]+)(?: +(?<architectures>[a-z0-9,-]+))?(?: *< *(?<parents>[^#]+?))?(?: *# *(?<revision>\w+))?$/;

function headOf(repository: string): string {
  return `Maintainers: Ann Author (@ann)\nGitRepo: https://git.example/${repository}.git\n`;
}

function hash(algorithm: 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
