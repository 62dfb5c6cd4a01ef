/** Upstream's own tests of `oci.jq` and `deploy.jq`: test/fixtures/library/meta-scripts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { isArchitecture } from '../../definitions/architectures.ts';
import { canonicalEntry, canonicalPlatform, sortEntries } from './canonical-index.ts';
import { deployObjects, type ResolvedBuild } from './deploy-objects.ts';
import type { IndexDocument, IndexEntry, IndexPlatform } from './index-document.ts';
import { comparePlatforms } from './platform-order.ts';

const FIXTURES = new URL('../../../test/fixtures/library/meta-scripts/', import.meta.url);

function golden(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(new URL(`${name}.json.gz`, FIXTURES))).toString('utf8'));
}

/** Compared as texts: the order of fields matters. */
const text = (value: unknown): string => JSON.stringify(value, null, 1);

interface UpstreamBuild {
  readonly build: { readonly arch: string; readonly resolved: IndexDocument | null };
  readonly source: {
    readonly arches: Readonly<
      Record<string, { readonly tags: readonly string[]; readonly archTags: readonly string[] }>
    >;
  };
}

/** @param refsOf what of a build's names is deployed */
function resolvedBuilds(
  refsOf: (names: {
    readonly tags: readonly string[];
    readonly archTags: readonly string[];
  }) => readonly string[],
): ResolvedBuild[] {
  return Object.values(golden('builds') as Record<string, UpstreamBuild>).flatMap(({ build, source }) => {
    const names = source.arches[build.arch];
    assert.ok(isArchitecture(build.arch) && names !== undefined);
    return build.resolved === null
      ? []
      : [{ architecture: build.arch, resolved: build.resolved, refs: refsOf(names) }];
  });
}

test('platforms are in the order of upstream', () => {
  const expected = golden('oci-sort-platforms-out') as readonly IndexPlatform[];
  const shuffled = expected.toSorted((a, b) => (text(a) < text(b) ? -1 : 1)).map(canonicalPlatform);
  assert.equal(text(shuffled.toSorted(comparePlatforms)), text(expected));
});

test('manifests are in the order of upstream, attestations after their subjects', () => {
  const entries = golden('oci-sort-manifests-in') as readonly IndexEntry[];
  const sorted = sortEntries(entries.map(canonicalEntry));
  assert.equal(text(sorted), text(golden('oci-sort-manifests-out')));
});

test('all tags of all builds are deployed as upstream deploys them', () => {
  const found = deployObjects(resolvedBuilds(({ tags, archTags }) => [...tags, ...archTags]));
  assert.equal(found.length, 65);
  assert.equal(text(found), text(golden('deploy-all-out')));
});

test('the tags of one architecture are deployed as upstream deploys them', () => {
  const found = deployObjects(
    resolvedBuilds(({ archTags }) => archTags).filter(({ architecture }) => architecture === 'amd64'),
  );
  assert.equal(found.length, 7);
  assert.equal(text(found), text(golden('deploy-amd64-out')));
});
