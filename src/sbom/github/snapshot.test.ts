import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { BABEL, CREATED, DEBUG_4, IMAGE, INPUT, LIBC, LIBSSL } from '../../../test/sbom/sample-bill.ts';
import { SbomError } from '../errors.ts';
import { readBill } from '../read-bill.ts';
import { workflowOrigin } from './workflow-origin.ts';
import { toSnapshot } from './write-snapshot.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/sbom');
const COMMIT = 'c'.repeat(40);

const read = (value: unknown) => readBill(Buffer.from(JSON.stringify(value)));

describe('what is written', () => {
  test('packages under the files that show them; direct is what no other needs', () => {
    const { manifests, version, scanned, detector } = toSnapshot(INPUT, { created: CREATED });
    assert.deepEqual([version, scanned, detector.name], [0, CREATED, 'hallmark']);
    const place = 'docker.io/library/debian:/var/lib/dpkg/status';
    const status = manifests[place];
    assert.deepEqual([status?.name, status?.file], [place, { source_location: place }]);
    const facts = (id: string) => {
      const {
        package_url: url,
        relationship,
        scope,
        dependencies,
      } = Object.values(manifests)
        .flatMap(({ resolved }) => Object.entries(resolved))
        .find(([key]) => key === id)?.[1] ?? { package_url: '' };
      return [url, relationship, scope, dependencies];
    };
    assert.deepEqual(facts(LIBC.id), [LIBC.purl, 'indirect', 'runtime', []]);
    assert.deepEqual(facts(LIBSSL.id), [LIBSSL.purl, 'direct', 'runtime', [LIBC.id]]);
    assert.deepEqual(facts(BABEL.id), [BABEL.purl, 'direct', 'runtime', [DEBUG_4.id]]);
  });

  test("GitHub's bounds: eight keys of metadata, of texts", () => {
    const { manifests, metadata } = toSnapshot(INPUT, { created: CREATED, files: true });
    const all = [
      metadata,
      ...Object.values(manifests).flatMap(({ resolved }) =>
        Object.values(resolved).map((entry) => entry.metadata),
      ),
    ];
    for (const keys of all) {
      assert.ok(Object.keys(keys).length <= 8);
      assert.ok(Object.values(keys).every((value) => typeof value === 'string'));
    }
  });

  test('the commit is that of the workflow, else that of the label', () => {
    const labels = { 'org.opencontainers.image.revision': COMMIT };
    const labelled = { ...INPUT, image: { ...IMAGE, labels } };
    assert.equal(toSnapshot(INPUT, { created: CREATED }).sha, undefined);
    assert.equal(toSnapshot(labelled, { created: CREATED }).sha, COMMIT);
    const sha = 'd'.repeat(40);
    assert.equal(toSnapshot(labelled, { created: CREATED, origin: { sha } }).sha, sha);
    const { job } = toSnapshot(INPUT, { created: CREATED });
    assert.deepEqual(job, toSnapshot(INPUT, { created: '2027-01-01T00:00:00Z' }).job);
    assert.equal(job.correlator, 'hallmark docker.io/library/debian');
  });
});

test('the environment of a workflow', () => {
  assert.deepEqual(workflowOrigin({}), {});
  assert.deepEqual(workflowOrigin({ GITHUB_SHA: 'HEAD', GITHUB_REF: 'main' }), {});
  assert.deepEqual(
    workflowOrigin({
      GITHUB_SHA: COMMIT,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '42',
      GITHUB_WORKFLOW: 'ci',
      GITHUB_JOB: 'image',
      GITHUB_SERVER_URL: 'https://git.example',
      GITHUB_REPOSITORY: 'a/b',
    }),
    {
      sha: COMMIT,
      ref: 'refs/heads/main',
      job: { id: '42', correlator: 'ci image', html_url: 'https://git.example/a/b/actions/runs/42' },
    },
  );
});

const resolved = (version: string) => ({
  app: { package_url: `/npm/app@${version}`, dependencies: ['lib', 'other'] },
  lib: { package_url: `pkg:npm/lib@${version}` },
});

describe('what others write', () => {
  test('Syft', () => {
    const reading = readBill(gunzipSync(readFileSync(join(FIXTURES, 'syft-sample.github.json.gz'))));
    assert.equal(reading.format, 'GitHub dependency snapshot 0');
    assert.equal(reading.tool, 'syft 0.0.0-dev');
    assert.equal(reading.packages.length, 100);
    assert.deepEqual([reading.distribution?.id, reading.distribution?.versionId], ['debian', '12.8']);
    const minimist = reading.packages.find(({ name }) => name === 'minimist');
    assert.equal(minimist?.evidence[0]?.path, 'app/node_modules/minimist/package.json');
    assert.match(minimist?.layer ?? '', /^sha256:aa4c0902/);
  });

  test('names lead to packages of the same manifest first, and what is for development is left out', () => {
    const { packages } = read({
      version: 0,
      detector: { name: 'x', version: '1', url: '' },
      manifests: {
        a: { name: 'a', file: { source_location: 'a/package-lock.json' }, resolved: resolved('1') },
        b: { name: 'b', file: { source_location: 'b/package-lock.json' }, resolved: resolved('2') },
        c: { name: 'c', resolved: { other: { package_url: 'pkg:npm/other@3' } } },
        d: { name: 'd', resolved: { dev: { package_url: 'pkg:npm/dev@1', scope: 'development' } } },
      },
    });
    assert.deepEqual(
      packages.map(({ purl, dependsOn, evidence }) => [purl, dependsOn, evidence[0]?.path]),
      [
        ['pkg:npm/app@1', ['pkg:npm/lib@1', 'pkg:npm/other@3'], 'a/package-lock.json'],
        ['pkg:npm/app@2', ['pkg:npm/lib@2', 'pkg:npm/other@3'], 'b/package-lock.json'],
        ['pkg:npm/lib@1', [], 'a/package-lock.json'],
        ['pkg:npm/lib@2', [], 'b/package-lock.json'],
        ['pkg:npm/other@3', [], undefined],
      ],
    );
  });

  test('any manifests', () => {
    const field = fc.constantFrom(
      'resolved',
      'file',
      'metadata',
      'package_url',
      'dependencies',
      'x',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), fc.jsonValue(), (manifest, other) => {
        try {
          read({
            version: 0,
            detector: other,
            manifests: { a: manifest, b: { resolved: { c: manifest } }, d: other },
          });
        } catch (error) {
          assert.ok(error instanceof SbomError, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
