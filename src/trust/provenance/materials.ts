import { imageOfPurl, isBuildTool } from '../../oci/image-purl.ts';
import { formatReference } from '../../oci/reference.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import type { BuildDependency, ProvenanceSource } from './provenance.ts';
import type { Resource } from './read-provenance.ts';
import { canonicalRepository, parseSourceAddress, withoutCredentials } from './source-address.ts';

/** Under which names builders give the digest of a Git commit. in-toto, spec/v1/digest_set.md; BuildKit writes `sha1`. */
const COMMIT_ALGORITHMS = ['gitCommit', 'sha1', 'sha256'] as const;

/** The commit that a digest set names; null without one. */
export function commitOf(digests: Readonly<Record<string, string>>): string | null {
  for (const algorithm of COMMIT_ALGORITHMS) {
    const found = Object.hasOwn(digests, algorithm) ? digests[algorithm] : undefined;
    if (found !== undefined) return found;
  }
  return null;
}

/** What went into a build: images, sources, and all else. */
export function toDependencies(resources: readonly Resource[]): readonly BuildDependency[] {
  return resources.flatMap(({ uri, name, digest }): BuildDependency[] => {
    const address = uri ?? name;
    if (address === null) return [];
    const image = imageOfPurl(address);
    if (image !== null) {
      const isTool = isBuildTool(image);
      return [{ kind: 'image', name: formatReference(image), ref: null, digests: digest, isTool }];
    }
    const source = parseSourceAddress(address);
    if (source !== null) {
      return [{ kind: 'source', name: source.repository, ref: source.ref, digests: digest, isTool: false }];
    }
    return [{ kind: 'other', name: withoutCredentials(address), ref: null, digests: digest, isTool: false }];
  });
}

interface StatedSource {
  readonly uri: string | null;
  readonly digest: Readonly<Record<string, string>>;
  readonly ref: string | null;
  readonly path: string | null;
  /** Where the commit stands, for builders that name the source without one. */
  readonly dependencies: readonly Resource[];
}

/** The source of a build; null where nothing at all is said of it. */
export function toSource({ uri, digest, ref, path, dependencies }: StatedSource): ProvenanceSource | null {
  if (uri === null && path === null) return null;
  const address = uri === null ? null : parseSourceAddress(uri);
  const repository = uri === null ? null : (address?.repository ?? canonicalRepository(uri));
  const found = same('ref', ref, address?.ref ?? null);
  const commit = same('commit', commitOf(digest), address?.commit ?? null);
  return {
    uri: repository,
    commit: commit ?? resolvedCommit(repository, found, dependencies),
    ref: found,
    path: withFolder(address?.folder ?? null, path),
    statedBy: 'builder',
  };
}

/** What is said twice must be said equally. */
function same(what: string, stated: string | null, inAddress: string | null): string | null {
  if (stated === null || inAddress === null || stated === inAddress) return stated ?? inAddress;
  throw new ShapeMismatch('source', `names the ${what} ${stated}, and another one in its address`);
}

/** Of the dependency that is the source at that ref. With two of them, which one was built nobody can say. */
function resolvedCommit(
  repository: string | null,
  ref: string | null,
  dependencies: readonly Resource[],
): string | null {
  const commits = dependencies.flatMap(({ uri, digest }) => {
    const address = uri === null ? null : parseSourceAddress(uri);
    const isSource = address !== null && address.repository === repository;
    const isAtRef = ref === null || address?.ref === null || address?.ref === ref;
    const commit = commitOf(digest) ?? address?.commit ?? null;
    return isSource && isAtRef && commit !== null ? [commit] : [];
  });
  const [commit = null] = commits;
  return new Set(commits).size === 1 ? commit : null;
}

const withFolder = (folder: string | null, path: string | null): string | null =>
  folder === null || folder === '' ? path : path === null ? folder : `${folder}/${path}`;
