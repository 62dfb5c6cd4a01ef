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

/** A file that an image is built from. */
export interface SourceFile {
  readonly path: string;
  /** What it goes by when it is compared: an archive is only compared by the names in it. */
  readonly title: string;
  /** A file that is no text stands by its size and digest. */
  readonly text: string;
  /** Of a small file; null for others and for links. */
  readonly bytes: Uint8Array | null;
}

export interface SourceContext {
  /** Null for an image that is imported. */
  readonly dockerfile: string | null;
  /** In one sentence, why not all of its files were handed over; null when they were. */
  readonly cutBecause: string | null;
}

/** How much of one context is read at most. */
export interface ContextBounds {
  readonly files: number;
  readonly bytes: number;
}

const BOUNDS: ContextBounds = { files: 20_000, bytes: 1024 ** 3 };
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_ARCHIVE_BYTES = 256 * 1024 ** 2;

/** Interesting wherever they are, without being copied: lists of packages and scripts that made a root file system. */
const BESIDE = /(?:\.manifest|\.ks)$|(?:^|\/)build[^/]*\.txt$/;

/**
 * Hands over file after file, so that no more than one of them is held.
 *
 * @throws {LibraryError} COMMIT_NOT_FOUND when the commit is not at hand; CONTEXT_INVALID when it has no such directory or file;
 *   SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export async function readSourceContext(
  store: GitStore,
  inputs: BuildInputs,
  visit: (file: SourceFile) => void,
  bounds: ContextBounds = BOUNDS,
): Promise<SourceContext> {
  const { tree } = await openContext(store, inputs);
  const found = await findEntry(store, tree, inputs.file);
  if (found.kind !== 'file' && found.kind !== 'executable')
    throw invalid(`${inputs.file} is a ${found.kind}`);
  const file = cleanPath(inputs.file);
  const isImport = inputs.builder === IMPORT_BUILDER;
  const dockerfile = isImport ? null : await readDockerfile(store, found.id, file);
  const isPart = dockerfile === null ? () => true : partsOf(file, dockerfile);
  let files = 0;
  let total = 0;
  for await (const each of walkContext(store, tree)) {
    if (each.kind === 'directory' || each.kind === 'submodule' || !isPart(each.path)) continue;
    files += 1;
    if (files > bounds.files) return { dockerfile, cutBecause: `more than ${bounds.files} files are copied` };
    // a Dockerfile may be a link to another one
    const entry = each.path === file ? { ...each, ...found } : each;
    const { path, kind, id } = entry;
    if (kind === 'link') {
      visit({ path, title: path, text: `(a link to ${await readLink(store, id)})\n`, bytes: null });
      continue;
    }
    const bytes = await store.blob(id, MAX_ARCHIVE_BYTES);
    total += bytes?.length ?? 0;
    if (total > bounds.bytes) return { dockerfile, cutBecause: `more than ${bounds.bytes} bytes are copied` };
    const isList = isArchiveName(path) || (isImport && bytes !== null && isArchive(bytes));
    visit({
      path,
      title: isList ? `${path}/(names in it)` : path,
      text: await textOf(entry, bytes, isList, isImport),
      bytes: bytes !== null && bytes.length <= MAX_TEXT_BYTES ? bytes : null,
    });
  }
  return { dockerfile, cutBecause: null };
}

async function readDockerfile(store: GitStore, blob: string, file: string): Promise<string> {
  const bytes = await store.blob(blob, MAX_TEXT_BYTES);
  if (bytes === null) throw invalid(`${file} has more than ${MAX_TEXT_BYTES} bytes`);
  return Buffer.from(bytes).toString('utf8');
}

function invalid(message: string): LibraryError {
  return new LibraryError('CONTEXT_INVALID', message);
}

/** Whether a file is what the Dockerfile copies, or says something about the image. */
function partsOf(file: string, dockerfile: string): (path: string) => boolean {
  const patterns = copiedPatterns(dockerfile);
  const named = new Set([file, `${file}.builder`, `${file}.dockerignore`, '.dockerignore']);
  return (path) => named.has(path) || BESIDE.test(path) || isCopied(path, patterns);
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
