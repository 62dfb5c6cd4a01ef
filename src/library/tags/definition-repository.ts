/**
 * The git repository in which a programme keeps its definitions, read through the program git: which versions a file has
 * had, and what stood in them. Nothing is written, and nothing in it can run: no hooks, filters or drivers of differences.
 */
import { createByteReader, type ByteReader } from '../../advisories/files/byte-reader.ts';
import { type GitSurroundings, startGit } from '../../updates/upstream/git-process.ts';
import { LibraryError } from '../errors.ts';
import { gitFailed } from '../git/git-failure.ts';
import { linesOf, textOf } from '../git/git-output.ts';
import type { DefinitionText } from '../programme/read-definition.ts';
import { contentAt, toLink, type TreeFile } from './definition-links.ts';
import type { HistoryPoint } from './tag-history.ts';

export interface DefinitionRepository {
  /** A folder in its work tree, or of its objects. */
  readonly folder: string;
  /** From the top of the repository to `folder`, with a slash at its end; empty for the top itself. */
  readonly prefix: string;
  readonly run: RunGit;
}

/** @param input what git reads; it ends with the text */
export type RunGit = (args: readonly string[], input?: string) => AsyncIterable<Uint8Array>;

/** A content of a file by its identifier in git; null where the file was not there. */
export type BlobId = string | null;

export interface FileVersion extends HistoryPoint {
  readonly blob: BlobId;
  /** A symbolic link, whose target tells nothing of what stood there. */
  readonly isLink: boolean;
}

const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotePath=true',
  'log.showSignature=false',
  'safe.directory=*',
].flatMap((setting) => ['-c', setting]);

const MAX_VERSIONS = 1_000_000;
const MAX_DEFINITION_BYTES = 4 * 1024 * 1024;
const MAX_LINE = 4096;
const LINK_MODE = '120000';

/** @throws {LibraryError} GIT_MISSING; SOURCE_REPOSITORY_FAILED where the folder is in no repository */
export async function openDefinitionRepository(
  folder: string,
  surroundings: GitSurroundings,
): Promise<DefinitionRepository> {
  const run: RunGit = (args, input) => runGit(folder, args, input, surroundings);
  // empty, also in a repository without a work tree
  const prefix = await textOf(run(['rev-parse', '--show-prefix']), MAX_LINE).catch((error: unknown) => {
    throw error instanceof LibraryError && error.message.includes('not a git repository')
      ? new LibraryError('SOURCE_REPOSITORY_FAILED', `${folder} is in no git repository`, {
          subject: folder,
          cause: error,
          remedy:
            'History is that of commits: "git init", and commit the definitions. Two folders are compared without: "hallmark library diff BEFORE AFTER".',
        })
      : error;
  });
  return { folder, prefix: prefix.trimEnd(), run };
}

/** The commit that a name means: `HEAD`, `main~3`. @throws {LibraryError} SOURCE_REPOSITORY_FAILED */
export async function resolveCommit({ run }: DefinitionRepository, revision: string): Promise<string> {
  const output = await textOf(
    run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]),
    MAX_LINE,
  );
  return output.trim();
}

/**
 * Versions of the files in a folder, by the file's name, the oldest first: one for each commit of the first parents that
 * changed it. Merged branches count as the one commit by which they came.
 *
 * @param path of a folder or a file, from `folder` on
 */
export async function fileVersions(
  { prefix, run }: DefinitionRepository,
  revision: string,
  path: string,
): Promise<ReadonlyMap<string, readonly FileVersion[]>> {
  const versions = new Map<string, FileVersion[]>();
  const args = [
    'log',
    '--first-parent',
    '-m',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--format=%H %ct',
    revision,
  ];
  let point: HistoryPoint | null = null;
  let count = 0;
  for await (const line of linesOf(run([...args, '--', `:(top,literal)${prefix}${path}`]))) {
    const [, commit, at] = /^([0-9a-f]{40,64}) (\d{1,12})$/.exec(line) ?? [];
    if (commit !== undefined) {
      point = { commit, at: Number(at) };
      continue;
    }
    const [, mode = '', blob = '', file] =
      /^:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]\t([^"].*)$/.exec(line) ?? [];
    if (file === undefined || point === null) continue;
    count += 1;
    if (count > MAX_VERSIONS) {
      const message = `${path} has more than ${MAX_VERSIONS} versions`;
      throw new LibraryError('SOURCE_REPOSITORY_FAILED', message, { subject: path });
    }
    const name = file.slice(prefix.length);
    const version = {
      ...point,
      blob: mode.startsWith('100') ? blob : null,
      isLink: mode === LINK_MODE,
    };
    const known = versions.get(name);
    if (known === undefined) versions.set(name, [version]);
    else known.push(version);
  }
  for (const list of versions.values()) list.reverse();
  return versions;
}

/** The files of the folder at a commit, and of folders below: their contents by their names. Links are left out. */
export async function filesAt(
  repository: DefinitionRepository,
  commit: string,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for await (const { isLink, path, blob } of treeAt(repository, commit)) {
    if (!isLink) files.set(path.slice(repository.prefix.length), blob);
  }
  return files;
}

/** The definitions of the folder at a commit, each with its text or why it has none. Links are followed. */
export async function* definitionsAt(
  repository: DefinitionRepository,
  commit: string,
): AsyncGenerator<{ readonly name: string; readonly text: DefinitionText }, void, undefined> {
  const { prefix } = repository;
  const found = await Array.fromAsync(treeAt(repository, commit));
  const tree = new Map(found.map(({ path, blob }): [string, TreeFile] => [path, { kind: 'file', blob }]));
  const links = found.filter(({ isLink }) => isLink);
  const targets = readTexts(
    repository,
    links.map(({ blob }) => blob),
  );
  for (const { path } of links) tree.set(path, toLink((await targets.next()).value?.text ?? MISSING));
  const contents = found
    .map(({ path }) => ({ path, name: path.slice(prefix.length) }))
    .filter(({ name }) => !/\/|^\./.test(name))
    .map(({ path, name }) => ({ name, content: contentAt(tree, prefix, path) }));
  const texts = readTexts(
    repository,
    contents.flatMap(({ content }) => ('blob' in content ? [content.blob] : [])),
  );
  for (const { name, content } of contents)
    yield { name, text: 'blob' in content ? ((await texts.next()).value?.text ?? MISSING) : content };
}

const MISSING = { reason: 'missing' } as const;

/** Files and links below the folder, by paths from the top of the repository on. */
async function* treeAt({ prefix, run }: DefinitionRepository, commit: string) {
  // the folder may be the top of its repository, which has no name
  const args = ['ls-tree', '-r', '--full-tree', commit, ...(prefix === '' ? [] : ['--', prefix])];
  for await (const line of linesOf(run(args))) {
    const [, mode, blob, path] = /^(100\d{3}|120000) blob ([0-9a-f]+)\t([^"].*)$/.exec(line) ?? [];
    if (blob !== undefined && path !== undefined) yield { isLink: mode === LINK_MODE, blob, path };
  }
}

/** Contents in the order in which they were asked for, or why one is no text of a definition. */
export async function* readTexts(
  { run }: DefinitionRepository,
  blobs: readonly string[],
): AsyncGenerator<{ readonly blob: string; readonly text: DefinitionText }, void, undefined> {
  if (blobs.length === 0) return;
  const reader = createByteReader(run(['cat-file', '--batch'], blobs.map((blob) => `${blob}\n`).join('')));
  try {
    for (const blob of blobs) {
      const header = await readLine(reader);
      const size = Number(/ blob (\d{1,15})$/.exec(header)?.[1] ?? NaN);
      if (!header.startsWith(blob) || Number.isNaN(size)) {
        const message = `git has no content ${blob}: ${header.slice(0, 100)}`;
        throw new LibraryError('SOURCE_REPOSITORY_FAILED', message, { subject: blob });
      }
      if (size > MAX_DEFINITION_BYTES) {
        await reader.skip(size + 1);
        yield { blob, text: { reason: `has more than ${MAX_DEFINITION_BYTES} bytes` } };
        continue;
      }
      const bytes = await reader.read(size + 1);
      yield { blob, text: decode(bytes.subarray(0, size)) };
    }
  } finally {
    await reader.close();
  }
}

function decode(bytes: Uint8Array): DefinitionText {
  try {
    // as files are read: a byte order mark is a part of the first field's name
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { reason: 'is not UTF-8' };
  }
}

async function readLine(reader: ByteReader): Promise<string> {
  const ahead = Buffer.from(await reader.peek(MAX_LINE));
  const end = ahead.indexOf(0x0a);
  const line = ahead.toString('latin1', 0, end === -1 ? ahead.length : end);
  await reader.read(line.length + 1);
  return line;
}

async function* runGit(
  folder: string,
  args: readonly string[],
  input: string | undefined,
  surroundings: GitSurroundings,
): AsyncGenerator<Uint8Array, void, undefined> {
  const git = startGit([...SETTINGS, '-C', folder, ...args], surroundings);
  git.input.end(input ?? '');
  try {
    yield* git.output;
    const { complaint, isMissing } = await git.ended;
    surroundings.signal.throwIfAborted();
    if (complaint !== '') throw gitFailed(folder, complaint, isMissing);
  } finally {
    git.kill();
  }
}
