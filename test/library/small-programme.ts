/** Programmes of a few lines, in memory: definitions, contents of their commits, sources and graph. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDefinition } from '../../src/definitions/parse.ts';
import { createBuildGraph, type BuildGraph } from '../../src/library/builds/build-graph.ts';
import type { Contents, ContextChecksum } from '../../src/library/contents/contents.ts';
import {
  contentKey,
  type RecordedContents,
  type RecordedFacts,
  toContents,
  writeRecordedContents,
} from '../../src/library/contents/recorded-contents.ts';
import type { ExternalPins, Programme, Repository } from '../../src/library/programme/programme.ts';
import { defaultSettings } from '../../src/library/programme/read-settings.ts';
import type { Sources } from '../../src/library/sources/source.ts';
import { makeSources } from '../../src/library/sources/make-sources.ts';

export interface SmallProgramme {
  readonly programme: Programme;
  /** Definition files by repository, as they were read. */
  readonly texts: ReadonlyMap<string, string>;
  readonly recorded: RecordedContents;
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
  const recorded = new Map<string, RecordedFacts>();
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
    const key = { gitCommit: commit, directory, file: 'Dockerfile', builder: '' };
    recorded.set(contentKey(key), {
      ...key,
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
  const contents = toContents(recorded);
  const { sources, problems } = makeSources([...repositories.values()], contents, pins);
  // circles are what some programmes are made for
  const mistakes = problems.filter(({ code }) => code !== 'PARENTS_CYCLIC');
  if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join('\n'));
  return { programme, texts, recorded, contents, sources, graph: createBuildGraph(sources) };
}

/** Writes it to a folder, as a programme whose commits have all been read before. */
export function writeSmallProgramme(folder: string, { texts, recorded }: SmallProgramme): void {
  mkdirSync(join(folder, 'library'), { recursive: true });
  mkdirSync(join(folder, 'state'));
  for (const [name, text] of texts) writeFileSync(join(folder, 'library', name), text);
  writeFileSync(join(folder, 'programme.yaml'), 'schema: hallmark.programme/1\nname: small\nstate: state\n');
  writeRecordedContents(join(folder, 'state', 'contents.jsonl'), recorded);
}

const ENTRY =
  /^(?<repository>[a-z0-9-]+):(?<tags>[\w.,-]+)(?: +(?<architectures>[a-z0-9,-]+))?(?: *< *(?<parents>[^#]+?))?(?: *# *(?<revision>\w+))?$/;

function headOf(repository: string): string {
  return `Maintainers: Ann Author (@ann)\nGitRepo: https://git.example/${repository}.git\n`;
}

function hash(algorithm: 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
