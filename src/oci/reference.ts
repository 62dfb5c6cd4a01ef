import { isDigest, type Digest } from '../model/digest.ts';
import { OciError } from './errors.ts';

declare const imageRefBrand: unique symbol;

/**
 * A normalised image reference: where the registry is, which repository, which tag or digest. Only `parseReference`
 * makes one. With a tag and a digest the digest decides, as in Docker; the tag is kept because the user wrote it.
 */
export interface ImageRef {
  readonly [imageRefBrand]: true;
  /** Host with its port, as written: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  /** Path below the registry: `library/debian`. */
  readonly repository: string;
  /** `latest` where the text had neither tag nor digest; null where it had a digest only. */
  readonly tag: string | null;
  readonly digest: Digest | null;
}

const HUB = 'docker.io';
const LEGACY_HUB = 'index.docker.io';
const OFFICIAL = 'library/';
const DEFAULT_TAG = 'latest';

/** In bytes, without the registry; distribution/reference, RepositoryNameTotalLengthMax. */
const REPOSITORY_LENGTH_MAX = 255;
/** Not in the grammar: a host name has at most 253 bytes, so nothing that could be pulled is refused. */
const TEXT_LENGTH_MAX = 1024;

const HOST_COMPONENT = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const IPV6_HOST = /^\[[a-fA-F0-9:]+\]$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const IDENTIFIER = /^[0-9a-f]{64}$/;

/**
 * Reads a reference as Docker does: distribution/reference, `ParseNormalizedNamed` followed by `TagNameOnly`. Two
 * things that it lets through and that cannot be pulled are refused here: a bare digest, which Docker looks up among
 * local images, and a host name with an underscore, which it takes for a name without a registry. Of the digest
 * algorithms only those that OCI registers are known: sha256 and sha512.
 *
 * @throws {OciError} REFERENCE_INVALID
 */
export function parseReference(text: string): ImageRef {
  const written = parseWrittenReference(text);
  const { tag, digest } = written;
  return { ...written, tag: tag ?? (digest === null ? DEFAULT_TAG : null) };
}

/**
 * As {@link parseReference}, but no tag is added where none was written.
 *
 * @throws {OciError} REFERENCE_INVALID
 */
export function parseWrittenReference(text: string): ImageRef {
  if (text.length > TEXT_LENGTH_MAX) throw invalid(text, `it is longer than ${TEXT_LENGTH_MAX} characters`);
  if (text === '') throw invalid(text, 'it is empty');
  if (text.includes('://')) throw invalid(text, 'it is an address; leave out everything up to ://');
  if (IDENTIFIER.test(text)) throw invalid(text, '64 hexadecimal digits identify a local image');
  if (isDigest(text)) throw invalid(text, 'it is a digest without a repository');

  const [registry, rest] = splitRegistry(text);
  const [named, digest = null] = splitOnce(rest, '@');
  const [repository, tag = null] = splitOnce(named, ':');
  if (!isRegistry(registry)) throw invalid(text, `${quote(registry)} is not a host with an optional port`);
  const fault = repositoryFault(repository);
  if (fault !== null) throw invalid(text, fault);
  if (tag !== null && !TAG.test(tag)) {
    throw invalid(
      text,
      `${quote(tag)} is not a tag (1 to 128 of A-Z a-z 0-9 _ . - not beginning with . or -)`,
    );
  }
  if (digest !== null && !isDigest(digest)) {
    throw invalid(text, `${quote(digest)} is not a sha256 or sha512 digest in lower-case hexadecimal`);
  }
  return { registry, repository, tag, digest } as ImageRef;
}

/** The full form, which `parseReference` reads back to the same: `docker.io/library/debian:12@sha256:…`. */
export function formatReference(reference: ImageRef): string {
  return withSuffix(`${reference.registry}/${reference.repository}`, reference);
}

/**
 * The short form that people know from Docker: `debian:12`. distribution/reference, `FamiliarString`, but the registry
 * stays where the short form would be read as a different reference (`docker.io/a.b/c`).
 */
export function formatFamiliarReference(reference: ImageRef): string {
  const { registry, repository } = reference;
  const official = repository.startsWith(OFFICIAL) ? repository.slice(OFFICIAL.length) : repository;
  const short = official.includes('/') ? repository : official;
  const [readAs] = splitRegistry(short);
  return registry === HUB && readAs === HUB ? withSuffix(short, reference) : formatReference(reference);
}

function withSuffix(name: string, { tag, digest }: ImageRef): string {
  return `${name}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

/**
 * The first component is a registry when it could not be a part of a name on Docker Hub: `localhost`, or something
 * with a dot, a colon or a capital. distribution/reference, `splitDockerDomain`.
 */
function splitRegistry(text: string): [registry: string, rest: string] {
  const [first, below] = splitOnce(text, '/');
  if (below === undefined) return [HUB, OFFICIAL + text];
  const onHub = first !== 'localhost' && !/[.:]/.test(first) && first === first.toLowerCase();
  if (onHub) return [HUB, text];
  if (first !== HUB && first !== LEGACY_HUB) return [first, below];
  return [HUB, below.includes('/') ? below : OFFICIAL + below];
}

function isRegistry(text: string): boolean {
  const host = text.replace(/:[0-9]+$/, '');
  return IPV6_HOST.test(host) || host.split('.').every((component) => HOST_COMPONENT.test(component));
}

/** What is wrong with a repository path, or null. */
function repositoryFault(repository: string): string | null {
  if (repository !== repository.toLowerCase()) {
    return `the repository name ${quote(repository)} must be in lower case`;
  }
  if (repository.length > REPOSITORY_LENGTH_MAX) {
    return `the repository name is longer than ${REPOSITORY_LENGTH_MAX} characters`;
  }
  const bad = repository.split('/').find((component) => !PATH_COMPONENT.test(component));
  if (bad === undefined) return null;
  if (bad === '') return 'a component of the repository name is empty';
  return `${quote(bad)} is not a name component (a-z 0-9, parted by one of . _ __ or dashes)`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function invalid(text: string, reason: string): OciError {
  const message = `${quote(text)} is not an image reference: ${reason}`;
  return new OciError('REFERENCE_INVALID', message, { subject: text.slice(0, TEXT_LENGTH_MAX) });
}

/** For messages: bounded, control characters escaped. */
function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
