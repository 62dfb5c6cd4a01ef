/**
 * The files that an image is built from, as texts that can be compared: its Dockerfile, what that copies, and what else says
 * something about it. docker-library/official-images, `diff-pr.sh`.
 */
import { createHash } from 'node:crypto';
import type { BuildInputs } from '../../../definitions/definition.ts';
import { cleanPath } from '../../../definitions/go-strings.ts';
import {
  type ContextEntry,
  findEntry,
  openContext,
  readLink,
  walkContext,
} from '../../contents/context-tree.ts';
import { detectCompression } from '../../../oci/decompress.ts';
import { LibraryError } from '../../errors.ts';
import type { GitStore } from '../../git/git-store.ts';
import { isArchiveName, listArchive } from './archive-listing.ts';
import { copiedPatterns, isCopied } from './copied-files.ts';
import { IMPORT_BUILDER } from '../../../definitions/definition.ts';

/** What an image is built from. */
export interface SourceContext {
  /** Names of files to their texts; a file that is no text stands by its size and digest. */
  readonly texts: ReadonlyMap<string, string>;
  /** Bytes of the small files, links left out. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Null for an image that is imported. */
  readonly dockerfile: string | null;
}

const MAX_FILES = 20_000;
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_ARCHIVE_BYTES = 256 * 1024 ** 2;
/** Of all files of one context together. */
const MAX_BYTES = 1024 ** 3;

/** Interesting wherever they are, without being copied: lists of packages and scripts that made a root file system. */
const BESIDE = /(?:\.manifest|\.ks)$|(?:^|\/)build[^/]*\.txt$/;

/**
 * @throws {LibraryError} COMMIT_NOT_FOUND when the commit is not at hand; CONTEXT_INVALID when it has no such directory or file;
 *   SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export async function readSourceContext(store: GitStore, inputs: BuildInputs): Promise<SourceContext> {
  const { tree } = await openContext(store, inputs);
  const found = await findEntry(store, tree, inputs.file);
  if (found.kind !== 'file' && found.kind !== 'executable')
    throw invalid(`${inputs.file} is a ${found.kind}`);
  const file = cleanPath(inputs.file);
  const all: ContextEntry[] = [];
  for await (const entry of walkContext(store, tree)) {
    if (entry.kind !== 'directory' && entry.kind !== 'submodule') all.push(entry);
    if (all.length > MAX_FILES) throw invalid(`${inputs.directory} has more than ${MAX_FILES} files`);
  }
  const isImport = inputs.builder === IMPORT_BUILDER;
  const dockerfile = isImport ? null : await readDockerfile(store, found.id, file);
  const texts = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for (const each of dockerfile === null ? all : chooseFiles(all, file, dockerfile)) {
    // a Dockerfile may be a link to another one
    const entry = each.path === file ? { ...each, ...found, path: file } : each;
    const { path, kind, id } = entry;
    if (kind === 'link') {
      texts.set(path, `(a link to ${await readLink(store, id)})\n`);
      continue;
    }
    const bytes = total > MAX_BYTES ? null : await store.blob(id, MAX_ARCHIVE_BYTES);
    total += bytes?.length ?? 0;
    if (bytes !== null && bytes.length <= MAX_TEXT_BYTES) files.set(path, bytes);
    const isList = isArchiveName(path) || (isImport && bytes !== null && isArchive(bytes));
    texts.set(isList ? `${path} (names in it)` : path, await textOf(entry, bytes, isList, isImport));
  }
  return { texts, files, dockerfile };
}

async function readDockerfile(store: GitStore, blob: string, file: string): Promise<string> {
  const bytes = await store.blob(blob, MAX_TEXT_BYTES);
  if (bytes === null) throw invalid(`${file} has more than ${MAX_TEXT_BYTES} bytes`);
  return Buffer.from(bytes).toString('utf8');
}

function invalid(message: string): LibraryError {
  return new LibraryError('CONTEXT_INVALID', message);
}

function chooseFiles(
  files: readonly ContextEntry[],
  file: string,
  dockerfile: string,
): readonly ContextEntry[] {
  const patterns = copiedPatterns(dockerfile);
  const named = new Set([file, `${file}.builder`, `${file}.dockerignore`, '.dockerignore']);
  return files.filter(({ path }) => named.has(path) || BESIDE.test(path) || isCopied(path, patterns));
}

async function textOf(
  { path, id, kind }: ContextEntry,
  bytes: Uint8Array | null,
  isList: boolean,
  isImport: boolean,
): Promise<string> {
  if (bytes === null) return `(too large to be compared; git blob ${id})\n`;
  if (isList) return await listArchive(path, bytes);
  const text = bytes.length > MAX_TEXT_BYTES ? null : decode(bytes);
  if (text === null) {
    const digest = createHash('sha256').update(bytes).digest('hex');
    return `(${bytes.length} bytes, sha256:${digest})\n`;
  }
  return isImport ? prettyJson(text) : kind === 'executable' ? `${text}(executable)\n` : text;
}

/** Layers of a layout are known by their first bytes, as runtimes know them. */
function isArchive(bytes: Uint8Array): boolean {
  const isTar = Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar';
  return isTar || detectCompression(bytes) !== 'none';
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
