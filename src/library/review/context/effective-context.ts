/**
 * The files that an image is built from, as texts that can be compared: its Dockerfile, what that copies, and what else says
 * something about it. docker-library/official-images, `diff-pr.sh`.
 */
import { createHash } from 'node:crypto';
import type { BuildInputs } from '../../../definitions/definition.ts';
import { LibraryError } from '../../errors.ts';
import type { GitStore } from '../../git/git-store.ts';
import { isArchiveName, listArchive } from './archive-listing.ts';
import { copiedPatterns, isCopied } from './copied-files.ts';

/** Names of files to their texts; a file that is no text stands by its size and digest. */
export type ContextTexts = ReadonlyMap<string, string>;

const LIMITS = {
  files: 20_000,
  depth: 64,
  textBytes: 1024 * 1024,
  archiveBytes: 256 * 1024 ** 2,
};

/** Interesting wherever they are, without being copied: lists of packages and scripts that made a root file system. */
const BESIDE = /(?:\.manifest|\.ks)$|^build[^/]*\.txt$/;

interface ContextFile {
  readonly path: string;
  readonly id: string;
  readonly kind: 'file' | 'executable' | 'link';
}

/**
 * @throws {LibraryError} COMMIT_NOT_FOUND when the commit is not at hand; CONTEXT_INVALID when it has no such directory or file;
 *   SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export async function effectiveContext(store: GitStore, inputs: BuildInputs): Promise<ContextTexts> {
  const files = await listContext(store, inputs);
  const wanted =
    inputs.builder === 'oci-import'
      ? files
      : chooseFiles(files, inputs, await dockerfileOf(store, files, inputs));
  const texts = new Map<string, string>();
  for (const file of wanted) {
    const name = isArchiveName(file.path) ? `${file.path} (names in it)` : file.path;
    texts.set(name, await textOf(store, file, inputs.builder === 'oci-import'));
  }
  return texts;
}

/** The bytes of the Dockerfile, or of what stands in its place. @throws {LibraryError} CONTEXT_INVALID */
export async function dockerfileOf(
  store: GitStore,
  files: readonly ContextFile[],
  { file, gitCommit, directory }: BuildInputs,
): Promise<string> {
  const found = files.find(({ path }) => path === file);
  if (found === undefined) throw invalid(`there is no file ${file} in ${directory} at commit ${gitCommit}`);
  const bytes = await store.blob(found.id, LIMITS.textBytes);
  if (bytes === null) throw invalid(`${file} has more than ${LIMITS.textBytes} bytes`);
  return Buffer.from(bytes).toString('utf8');
}

/** All files of the directory at the commit. @throws {LibraryError} COMMIT_NOT_FOUND, CONTEXT_INVALID */
export async function listContext(
  store: GitStore,
  { gitCommit, directory }: BuildInputs,
): Promise<readonly ContextFile[]> {
  const commit = await store.commit(gitCommit);
  if (commit === null) {
    const message = `commit ${gitCommit} is not at hand`;
    throw new LibraryError('COMMIT_NOT_FOUND', message, { subject: gitCommit });
  }
  let tree = commit.tree;
  for (const name of directory.split('/').filter((part) => part !== '.' && part !== '')) {
    const next = (await store.tree(tree)).find((entry) => entry.name === name && entry.kind === 'directory');
    if (next === undefined) throw invalid(`there is no directory ${directory} at commit ${gitCommit}`);
    tree = next.id;
  }
  const files: ContextFile[] = [];
  await walk(store, tree, '', 0, files);
  return files;
}

async function walk(
  store: GitStore,
  tree: string,
  prefix: string,
  depth: number,
  files: ContextFile[],
): Promise<void> {
  if (depth > LIMITS.depth) throw invalid(`${prefix} lies deeper than ${LIMITS.depth} folders`);
  for (const { name, kind, id } of await store.tree(tree)) {
    if (files.length >= LIMITS.files) throw invalid(`the context has more than ${LIMITS.files} files`);
    if (kind === 'directory') await walk(store, id, `${prefix}${name}/`, depth + 1, files);
    else if (kind !== 'submodule') files.push({ path: `${prefix}${name}`, id, kind });
  }
}

function invalid(message: string): LibraryError {
  return new LibraryError('CONTEXT_INVALID', message);
}

function chooseFiles(
  files: readonly ContextFile[],
  { file }: BuildInputs,
  dockerfile: string,
): readonly ContextFile[] {
  const patterns = copiedPatterns(dockerfile);
  const named = new Set([file, `${file}.builder`, `${file}.dockerignore`, '.dockerignore']);
  return files.filter(({ path }) => named.has(path) || BESIDE.test(path) || isCopied(path, patterns));
}

async function textOf(store: GitStore, { path, id, kind }: ContextFile, isLayout: boolean): Promise<string> {
  const bytes = await store.blob(id, LIMITS.archiveBytes);
  if (bytes === null) return `(more than ${LIMITS.archiveBytes} bytes; git blob ${id})\n`;
  if (kind === 'link') return `(a link to ${Buffer.from(bytes).toString('utf8')})\n`;
  if (isArchiveName(path) || (isLayout && isArchive(bytes))) return await listArchive(path, bytes);
  const text = bytes.length > LIMITS.textBytes ? null : decode(bytes);
  if (text === null) {
    const digest = createHash('sha256').update(bytes).digest('hex');
    return `(${bytes.length} bytes, sha256:${digest})\n`;
  }
  return isLayout ? prettyJson(text) : kind === 'executable' ? `${text}(executable)\n` : text;
}

/** Layers of a layout are known by their first bytes: gzip, zstd, or a tar's magic. */
function isArchive(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  return /^(?:\x1f\x8b|\x28\xb5\x2f\xfd)/.test(start) || start.slice(257, 262) === 'ustar';
}

function decode(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Index, manifest and configuration of a layout are written on one line, mostly. */
function prettyJson(text: string): string {
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return text;
  }
}
