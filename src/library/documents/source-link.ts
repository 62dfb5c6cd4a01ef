/** Where a reader finds what an image is built from. docker-library/docs, `.template-helpers/generate-dockerfile-links-partial.tmpl`. */
import type { Architecture } from '../../definitions/architectures.ts';
import { inputsFor, type BuildInputs, type Entry } from '../../definitions/definition.ts';

/** The architecture whose source stands for the entry: the one that is asked for, else amd64, else the first. */
function shownArchitecture(entry: Entry, wanted: Architecture = 'amd64'): Architecture | null {
  return entry.architectures.includes(wanted) ? wanted : (entry.architectures[0] ?? null);
}

/** The page of the file that the entry is built by; null for hosts whose pages are not known. */
export function sourceLink(entry: Entry, wanted?: Architecture): string | null {
  const architecture = shownArchitecture(entry, wanted);
  return architecture === null ? null : linkOf(inputsFor(entry, architecture));
}

function linkOf(inputs: SourcePlace): string | null {
  return sourceLinks(inputs)?.file ?? null;
}

/** Where something is in git. */
export type SourcePlace = Pick<BuildInputs, 'gitRepo' | 'gitFetch' | 'gitCommit' | 'directory' | 'file'>;

/** Addresses of pages. */
export interface SourceLinks {
  readonly commit: string;
  readonly directory: string;
  readonly file: string;
}

/** Null for hosts whose pages are not known. */
export function sourceLinks({
  gitRepo,
  gitFetch,
  gitCommit,
  directory,
  file,
}: SourcePlace): SourceLinks | null {
  const base = escapeAddress(repositoryPage(gitRepo));
  const inRoot = directory === '.';
  const path = escapePath(inRoot ? file : `${directory}/${file}`);
  const folder = inRoot ? '' : `/${escapePath(directory)}`;
  const commit = escapePath(gitCommit);
  if (base.startsWith('https://github.com/')) {
    return {
      commit: `${base}/commit/${commit}`,
      directory: `${base}/tree/${commit}${folder}`,
      file: `${base}/blob/${commit}/${path}`,
    };
  }
  if (base.startsWith('https://gitlab.')) {
    return {
      commit: `${base}/-/commit/${commit}`,
      directory: `${base}/-/tree/${commit}${folder}`,
      file: `${base}/-/blob/${commit}/${path}`,
    };
  }
  if (base.startsWith('https://git.launchpad.net/')) {
    const at = `?h=${escapePath(gitFetch)}&id=${commit}`;
    return {
      commit: `${base}/commit/?id=${commit}`,
      directory: `${base}/tree${folder}${at}`,
      file: `${base}/tree/${path}${at}`,
    };
  }
  return null;
}

/** A repository's address without the protocol of git and the ending `.git`. */
export function repositoryPage(gitRepo: string): string {
  return gitRepo.replaceAll('git://', 'https://').replace(/\.git$/, '');
}

/**
 * What could end the address in Markdown, in HTML or in the middle of a line is written in hexadecimal, and so are signs that would
 * make a field such as `%%TAGS%%`; what is written so already is left.
 */
export function escapeAddress(address: string): string {
  return address.replace(/[^\w\-.~:/?#@!$&*+,;=%]|%(?![\dA-Fa-f]{2})/gu, encode);
}

/** A path, in which also `?`, `#` and `%` are nothing but letters. */
function escapePath(path: string): string {
  return path.replace(/[^\w\-.~:/@!$&*+,;=]/gu, encode);
}

/** Unlike `encodeURIComponent` every character, and lone halves of surrogate pairs. */
function encode(character: string): string {
  return Array.from(
    Buffer.from(character, 'utf8'),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
