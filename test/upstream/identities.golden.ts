/** Identities of all sources and builds in the history of docker-library/meta, as far as a clone has it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Architecture } from '../../src/definitions/architectures.ts';
import { createBuildGraph } from '../../src/library/builds/build-graph.ts';
import { buildIdOf } from '../../src/library/builds/build-id.ts';
import { identifyBuilds } from '../../src/library/builds/identify-builds.ts';
import { outsideKey } from '../../src/library/builds/resolve-parents.ts';
import type { ContextChecksum } from '../../src/library/contents/contents.ts';
import { sourceIdOf } from '../../src/library/sources/source-id.ts';
import type { SourceId, SourceParent } from '../../src/library/sources/source.ts';
import { parseSources } from '../../src/library/sources/sources-document.ts';
import type { Digest } from '../../src/model/digest.ts';
import { openUpstream } from './repositories.ts';

const meta = openUpstream('docker-library/meta');

interface Version {
  readonly commit: string;
  readonly text: string;
}

/** A file in all commits that changed it, the newest first, each text once; those that the clone does not have are passed over. */
function* versionsOf(path: string): Generator<Version> {
  const commits = meta.git(['log', '--format=%H', meta.commit, '--', path]).toString().trim().split('\n');
  const seen = new Set<string>();
  for (const [index, id] of blobsOf(commits.map((commit) => `${commit}:${path}`)).entries()) {
    const commit = commits[index];
    if (id === null || commit === undefined || seen.has(id)) continue;
    seen.add(id);
    yield { commit, text: meta.git(['cat-file', 'blob', id]).toString() };
  }
}

/** Git's names of files, each as `commit:path`; null where the clone does not have one. */
function blobsOf(objects: readonly string[]): readonly (string | null)[] {
  const answers = meta.git(['cat-file', '--batch-check'], objects.map((object) => `${object}\n`).join(''));
  const lines = answers.toString().trimEnd().split('\n');
  return lines.map((line) => /^([0-9a-f]+) blob /.exec(line)?.[1] ?? null);
}

interface SourceEntry {
  readonly File: string;
  readonly Builder: string;
}

/** Older documents have one entry and no list, and do not tell the last stage. */
type UpstreamSource = {
  readonly reproducibleGitChecksum: ContextChecksum;
  readonly arches: Readonly<Record<string, object>>;
} & ({ readonly entry: SourceEntry } | { readonly entries: readonly [SourceEntry] });

test('sourceIds of sources.json', (t) => {
  const counts = { versions: 0, sources: 0 };
  for (const { text } of versionsOf('sources.json')) {
    counts.versions += 1;
    const sources = JSON.parse(text) as Record<string, UpstreamSource>;
    for (const [sourceId, source] of Object.entries(sources)) {
      const { File, Builder } = 'entry' in source ? source.entry : source.entries[0];
      assert.equal(sourceIdOf(source.reproducibleGitChecksum, File, Builder), sourceId);
      counts.sources += 1;
    }
  }
  assert.ok(counts.sources > 0);
  t.diagnostic(`${counts.sources} sources in ${counts.versions} documents`);
});

/** Older documents have the image and the index that it is in, newer ones an index of one image. */
type UpstreamImage =
  | { readonly manifest: { readonly desc: { readonly digest: Digest } } }
  | { readonly manifests: readonly [{ readonly digest: Digest }] };

interface UpstreamBuild {
  readonly build: {
    readonly sourceId: SourceId;
    readonly arch: Architecture;
    readonly parents: Readonly<Record<string, Digest>>;
    readonly resolved: UpstreamImage | null;
  };
  readonly source: {
    readonly arches: Readonly<Record<string, { readonly parents: Readonly<Record<string, SourceParent>> }>>;
  };
}

test('buildIds of builds.json', (t) => {
  const counts = { versions: 0, builds: 0 };
  for (const { text } of versionsOf('builds.json')) {
    counts.versions += 1;
    const builds = JSON.parse(text) as Record<string, UpstreamBuild>;
    for (const [buildId, { build }] of Object.entries(builds)) {
      const parents = Object.entries(build.parents).map(([from, digest]) => ({ from, digest }));
      assert.equal(buildIdOf(build.sourceId, build.arch, parents), buildId);
      counts.builds += 1;
    }
  }
  assert.ok(counts.builds > 0);
  t.diagnostic(`${counts.builds} builds in ${counts.versions} documents`);
});

/**
 * Documents that do not follow from their sources and the images that they found, by commit: how many of their builds we lack,
 * and how many we have that they lack. README.md says why.
 */
const INCONSISTENT = new Map([
  ['438ca07fa348deb7bb0ac5acceb96446fd6cf183', { lacking: 35, more: 35 }],
  ['1061d4df199892e6071b1f52c04d2058ceef7122', { lacking: 12, more: 12 }],
  ['819f273438be372d4d238d6f8bb2a7e9ae12fb91', { lacking: 2, more: 2 }],
  ['f97e89c5c8a7466a94db60fc44ca915c38ce4017', { lacking: 0, more: 1 }],
  ['77b59d86e6a7c5351a7585cc7265a756a42a7e33', { lacking: 0, more: 1 }],
  ['77724a8b1c89eadc40f6a0b16c0a62a3b3cb8299', { lacking: 10, more: 0 }],
  ['c6ebe90c1aa123fa00f10b6127fcf13dabf25b78', { lacking: 0, more: 2 }],
]);

test('the builds of sources.json are those of builds.json, in its order', (t) => {
  const counts = { versions: 0, builds: 0, inconsistent: 0 };
  for (const { commit, text } of versionsOf('builds.json')) {
    const [blob = null] = blobsOf([`${commit}:sources.json`]);
    if (blob === null) continue;
    const builds = JSON.parse(text) as Record<string, UpstreamBuild>;
    const theirs = Object.keys(builds);
    const ours = identified(meta.git(['cat-file', 'blob', blob]).toString(), builds);
    const exception = INCONSISTENT.get(commit);
    if (exception === undefined) assert.deepEqual(ours, theirs, commit);
    else assert.deepEqual({ lacking: without(theirs, ours), more: without(ours, theirs) }, exception, commit);
    counts.versions += 1;
    counts.builds += theirs.length;
    counts.inconsistent += exception === undefined ? 0 : 1;
  }
  assert.ok(counts.builds > 0);
  t.diagnostic(
    `${counts.builds} builds in ${counts.versions} documents, ${counts.inconsistent} of them inconsistent`,
  );
});

/** What we make of the sources when images are found where the document found them; an outside image where it did first. */
function identified(sourcesText: string, builds: Readonly<Record<string, UpstreamBuild>>): readonly string[] {
  const graph = createBuildGraph(parseSources(asOfToday(sourcesText), 'sources.json'));
  const outside = new Map<string, Digest>();
  for (const { build, source } of Object.values(builds)) {
    for (const [from, digest] of Object.entries(build.parents)) {
      const pin = source.arches[build.arch]?.parents[from]?.pin ?? null;
      const key = outsideKey({ from, pin, architecture: build.arch });
      if (!outside.has(key)) outside.set(key, digest);
    }
  }
  const found = identifyBuilds(graph, {
    ofBuild({ buildId }) {
      const resolved = builds[buildId]?.build.resolved ?? null;
      if (resolved === null) return null;
      const digest = 'manifest' in resolved ? resolved.manifest.desc.digest : resolved.manifests[0].digest;
      return { digest, reference: `registry.example/staging@${digest}` };
    },
    ofOutside(parent) {
      const digest = outside.get(outsideKey(parent));
      return digest === undefined
        ? { because: 'the document did not find it' }
        : { digest, reference: `${parent.from}@${digest}` };
    },
  });
  return found.flatMap((build) => (build.kind === 'identified' ? [build.buildId] : []));
}

/** A `sources.json` of any time in the form of today. */
function asOfToday(text: string): string {
  const sources = JSON.parse(text) as Record<string, UpstreamSource>;
  const today = Object.entries(sources).map(([id, source]) => {
    const places = Object.entries(source.arches).map(([name, place]) => [
      name,
      { lastStageFrom: '', ...place },
    ]);
    const entries = 'entry' in source ? [source.entry] : source.entries;
    return [id, { ...source, entries, arches: Object.fromEntries(places) }];
  });
  return JSON.stringify(Object.fromEntries(today));
}

/** How many of all are none of those. */
function without(all: readonly string[], those: readonly string[]): number {
  const set = new Set(those);
  return all.filter((id) => !set.has(id)).length;
}
