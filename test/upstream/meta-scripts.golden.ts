/** Builds, queue, indexes and deployments: meta-scripts' own tests. Rows 9 to 16 of README.md. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { PROVENANCE_TYPE, writeProvenance } from '../../src/library/admission/provenance.ts';
import { buildIdOf } from '../../src/library/builds/build-id.ts';
import { type BuildRecord, formatBuilds, readBuilds } from '../../src/library/builds/builds-document.ts';
import {
  formatDeployInput,
  normalizeDeployInput,
  readDeployInput,
} from '../../src/library/deploy/deploy-input.ts';
import { annotationsFor } from '../../src/library/engines/annotations.ts';
import { importedIndex } from '../../src/library/engines/import/import-layout.ts';
import {
  formatAllUpstreamCommands,
  upstreamCommands,
} from '../../src/library/engines/upstream/upstream-commands.ts';
import { canonicalEntry, canonicalPlatform, sortEntries } from '../../src/library/indexes/canonical-index.ts';
import { deployObjects, type ResolvedBuild } from '../../src/library/indexes/deploy-objects.ts';
import type { IndexEntry, IndexPlatform } from '../../src/library/indexes/index-document.ts';
import { comparePlatforms } from '../../src/library/indexes/platform-order.ts';
import { sourceIdOf } from '../../src/library/sources/source-id.ts';
import type { WorkItem } from '../../src/library/plan/work.ts';
import { formatSources, parseSources } from '../../src/library/sources/sources-document.ts';
import { digestOf } from '../../src/model/digest.ts';
import { smallProgramme } from '../library/small-programme.ts';
import { namesOf, smallState } from '../library/small-state.ts';
import { REDIS, verifyingScene } from '../library/verifying.ts';
import { openUpstream } from './repositories.ts';

const scripts = openUpstream('docker-library/meta-scripts');
const buildsText = scripts.text('.test/builds.json');
const records = readBuilds(buildsText, 'builds.json');

/** Compared as texts: the order of fields matters. */
const text = (value: unknown): string => JSON.stringify(value, null, 1);

interface Names {
  readonly tags: readonly string[];
  readonly archTags: readonly string[];
}

interface UpstreamSource {
  readonly entries: readonly [
    {
      readonly GitRepo: string;
      readonly GitCommit: string;
      readonly Directory: string;
      readonly Builder: string;
      readonly SOURCE_DATE_EPOCH: number;
    },
  ];
  readonly arches: Readonly<Record<string, Names & { readonly lastStageFrom: string }>>;
}

const sourceOf = (record: BuildRecord) => record.source as UpstreamSource;

suite('identities and documents', () => {
  test('sources.json', (t) => {
    const sources = parseSources(scripts.text('.test/sources.json'), 'sources.json');
    assert.ok(formatSources(sources) === scripts.text('.test/sources.json'));
    for (const [sourceId, { checksum, entries }] of sources) {
      const [{ file, builder }] = entries;
      assert.equal(sourceIdOf(checksum, file, builder), sourceId);
    }
    t.diagnostic(`${sources.size} sources`);
  });

  test('builds.json', (t) => {
    assert.ok(formatBuilds(records) === buildsText);
    for (const { buildId, sourceId, architecture, parents } of records) {
      const inOrder = [...parents].map(([from, digest]) => ({ from, digest }));
      assert.equal(buildIdOf(sourceId, architecture, inOrder), buildId);
    }
    assert.equal(records.length, 55);
    t.diagnostic(`${records.length} builds`);
  });
});

/** The filter that leaves one manifest is in words of our own. */
const withoutFilter = (script: string): string => script.replaceAll(/^jq '[^']*'/gm, "jq '…'");

test('9. meta-commands', (t) => {
  const all = Object.values(JSON.parse(buildsText) as Record<string, unknown>);
  const chosen = ['buildkit', 'classic', 'oci-import'].map((builder) => {
    const at = records.findIndex((record) => {
      const usual = record.architecture.startsWith('windows-') ? 'classic' : 'buildkit';
      return (sourceOf(record).entries[0].Builder || usual) === builder;
    });
    return all[at];
  });
  const found = formatAllUpstreamCommands(chosen, { epoch: 0 });
  assert.equal(withoutFilter(found), withoutFilter(scripts.text('.test/meta-commands/out.sh')));
  for (const build of all) assert.notEqual(upstreamCommands(build, { epoch: 0 }).build, '');
  t.diagnostic(`${chosen.length} builds to the letter but for that filter`);
});

test('10. meta-queue', (t) => {
  const { pastJobs, builds } = scripts.json('.test/meta-queue/in.json') as {
    readonly pastJobs: Readonly<Record<string, { readonly count: number; readonly lastTime: number | null }>>;
    readonly builds: Readonly<
      Record<string, { readonly build: { readonly arch: string; readonly resolved: object | null } }>
    >;
  };
  // three values one after the other: the queue, the new records, how many are skipped
  const [queue, , skipped] = scripts
    .text('.test/meta-queue/out.json')
    .trim()
    .split(/(?<=^[\]}])\n/m)
    .map((value): unknown => JSON.parse(value));
  const unbuilt = Object.entries(builds).flatMap(([name, { build }]) =>
    build.arch === 'arm32v7' && build.resolved === null ? [name] : [],
  );
  // a plan of images of these names: the other way around, since the queue is in the order of the input already
  const programme = smallProgramme(unbuilt.map((_, index) => `app:${unbuilt.length - 1 - index}`).join('\n'));
  const idOf = (name: string) => unbuilt[Number(/^app:(\d+) /.exec(name)?.[1])] ?? '';
  const namesIn = (work: readonly WorkItem[]) =>
    namesOf(
      programme,
      work.map(({ build }) => build),
    ).map(idOf);
  const state = smallState(0);
  const { work: all } = state.plan(programme);
  for (const [index, name] of namesIn(all).entries()) {
    const { count = 0, lastTime = null } = pastJobs[name] ?? {};
    const item = all[index];
    assert.ok(item !== undefined);
    state.now = lastTime ?? 0;
    for (let left = lastTime === null ? 0 : count; left > 0; left -= 1) state.fail(programme, item);
  }
  state.now = 0;
  const { work, deferred } = state.plan(programme);
  assert.deepEqual(
    namesIn(work),
    (queue as readonly { readonly buildId: string }[]).map(({ buildId }) => buildId),
  );
  assert.equal(deferred.length, skipped);
  t.diagnostic(`${unbuilt.length} builds, of which ${work.length} are due`);
});

function resolvedBuilds(refsOf: (names: Names) => readonly string[]): readonly ResolvedBuild[] {
  return records.flatMap((record) => {
    const { architecture, resolved } = record;
    const names = sourceOf(record).arches[architecture];
    assert.ok(names !== undefined);
    return resolved === null ? [] : [{ architecture, resolved, refs: refsOf(names) }];
  });
}

test('11. deploy-all and deploy-amd64', (t) => {
  const all = deployObjects(resolvedBuilds(({ tags, archTags }) => [...tags, ...archTags]));
  assert.equal(text(all), text(scripts.json('.test/deploy-all/out.json')));
  const amd64 = deployObjects(
    resolvedBuilds(({ archTags }) => archTags).filter(({ architecture }) => architecture === 'amd64'),
  );
  assert.equal(text(amd64), text(scripts.json('.test/deploy-amd64/out.json')));
  assert.deepEqual([all.length, amd64.length], [65, 7]);
  t.diagnostic(`${all.length} and ${amd64.length} indexes`);
});

test('12. oci-sort-platforms and oci-sort-manifests', (t) => {
  const platforms = scripts.json('.test/oci-sort-platforms/out.json') as readonly IndexPlatform[];
  const shuffled = platforms.toSorted((a, b) => (text(a) < text(b) ? -1 : 1)).map(canonicalPlatform);
  assert.equal(text(shuffled.toSorted(comparePlatforms)), text(platforms));
  const entries = scripts.json('.test/oci-sort-manifests/in.json') as readonly IndexEntry[];
  const sorted = sortEntries(entries.map(canonicalEntry));
  assert.equal(text(sorted), text(scripts.json('.test/oci-sort-manifests/out.json')));
  t.diagnostic(`${platforms.length} platforms, ${entries.length} manifests`);
});

test('13. oci-import: the index around the image', () => {
  const [, build = ''] = /^build='(.*)'$/m.exec(scripts.text('.test/oci-import/out.sh')) ?? [];
  const { source } = JSON.parse(build) as { readonly source: UpstreamSource };
  const [entry] = source.entries;
  const own = source.arches['amd64'];
  assert.ok(own !== undefined);
  const annotations = annotationsFor({
    entry: {
      gitRepo: entry.GitRepo,
      gitCommit: entry.GitCommit,
      directory: entry.Directory,
      builder: entry.Builder,
      epoch: entry.SOURCE_DATE_EPOCH,
    },
    architecture: 'amd64',
    ...own,
    baseDigest: null,
    pageUrl: 'https://hub.docker.com/_/%s',
  });
  const manifest = Buffer.from(scripts.text('.test/oci-import/temp/image-manifest.json'));
  const index = importedIndex(
    {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: digestOf(manifest),
      sizeBytes: manifest.length,
    },
    { platform: { os: 'linux', architecture: 'amd64' }, annotations },
  );
  const { manifests } = scripts.json('.test/oci-import/temp/index.json') as {
    readonly manifests: readonly [{ readonly digest: string }];
  };
  const [{ digest }] = manifests;
  assert.equal(digestOf(index), digest);
  assert.equal(index.toString(), scripts.text(`.test/oci-import/temp/blobs/${digest.replace(':', '/')}`));
});

/** Names of fields that are objects or texts, one level down: `buildDefinition.buildType`. */
function fieldNames(value: unknown): readonly string[] {
  return Object.entries(value as Record<string, object>).flatMap(([name, fields]) =>
    Object.keys(fields).map((field) => `${name}.${field}`),
  );
}

test('14. provenance: the same fields of SLSA 1', async (t) => {
  const [statement] = scripts.json('.test/provenance/out.json') as readonly [
    { readonly predicateType: string; readonly predicate: unknown },
  ];
  const scene = await verifyingScene(t);
  const options = { builderId: 'builder', version: '1' };
  const { bytes } = writeProvenance(scene.quarantine(REDIS), options);
  assert.equal(statement.predicateType, PROVENANCE_TYPE);
  const ours = new Set(fieldNames(JSON.parse(bytes.toString())));
  const missing = fieldNames(statement.predicate).filter((name) => !ours.has(name));
  assert.deepEqual(missing, []);
});

const normalized = (input: string): string =>
  JSON.stringify(formatDeployInput(normalizeDeployInput(readDeployInput(input))));

suite('15. input_test.go: inputs are normalised', () => {
  const source = scripts.text('cmd/deploy/input_test.go');
  const table = [
    ...source.matchAll(/^\t\t\{\n\t\t\t"(.+)",\n\t\t\t`([^`]*)`,\n\t\t\t`([^`]*)`,\n\t\t\},$/gm),
  ];
  test('the cases are there', (t) => {
    assert.equal(table.length, 16);
    t.diagnostic(`${table.length} cases`);
  });
  for (const [, name = '', raw = '', normal = ''] of table) {
    test(name, () => {
      assert.equal(normalized(raw), normal);
      assert.equal(normalized(normal), normal);
    });
  }
});

test('16. om_test.go: objects keep the order of their fields', (t) => {
  const source = scripts.text('om/om_test.go');
  const pairs = [
    ...source.matchAll(
      /var m om[^\n]*\n\tassert\(t, json\.Unmarshal\(\[\]byte\(`(.*)`\), &m\), nil\)\n\tassertJSON\(t, m, `(.*)`\)/g,
    ),
  ];
  for (const [, given = '', expected] of pairs) assert.equal(JSON.stringify(JSON.parse(given)), expected);
  assert.equal(pairs.length, 2);
  t.diagnostic(`${pairs.length} objects`);
});
