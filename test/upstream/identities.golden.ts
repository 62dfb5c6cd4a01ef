/** Identities of all sources and builds in the history of docker-library/meta, as far as a clone has it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Architecture } from '../../src/definitions/architectures.ts';
import { buildIdOf } from '../../src/library/builds/build-id.ts';
import type { ContextChecksum } from '../../src/library/contents/contents.ts';
import { sourceIdOf } from '../../src/library/sources/source-id.ts';
import type { SourceId } from '../../src/library/sources/source.ts';
import type { Digest } from '../../src/model/digest.ts';
import { openUpstream } from './repositories.ts';

const meta = openUpstream('docker-library/meta');

/** The texts of a file in all commits that changed it, each once; those that the clone does not have are passed over. */
function* versionsOf(path: string): Generator<string> {
  const commits = meta.git(['log', '--format=%H', meta.commit, '--', path]).toString().trim().split('\n');
  const objects = meta.git(
    ['cat-file', '--batch-check'],
    commits.map((commit) => `${commit}:${path}\n`).join(''),
  );
  const blobs = [...objects.toString().matchAll(/^([0-9a-f]+) blob /gm)].map(([, id = '']) => id);
  for (const id of new Set(blobs)) yield meta.git(['cat-file', 'blob', id]).toString();
}

interface SourceEntry {
  readonly File: string;
  readonly Builder: string;
}

/** Older documents have one entry and no list. */
type UpstreamSource = { readonly reproducibleGitChecksum: ContextChecksum } & (
  | { readonly entry: SourceEntry }
  | { readonly entries: readonly [SourceEntry] }
);

test('sourceIds of sources.json', (t) => {
  const counts = { versions: 0, sources: 0 };
  for (const text of versionsOf('sources.json')) {
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

interface UpstreamBuild {
  readonly build: {
    readonly sourceId: SourceId;
    readonly arch: Architecture;
    readonly parents: Readonly<Record<string, Digest>>;
  };
}

test('buildIds of builds.json', (t) => {
  const counts = { versions: 0, builds: 0 };
  for (const text of versionsOf('builds.json')) {
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
