/** What a program gets that imports the package by its name. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  assess,
  type Assessment,
  compareVersions,
  formatReference,
  HallmarkError,
  openAdvisoryDatabase,
  parsePurl,
  parseReference,
  verify,
} from 'hallmark';
import { buildImage, buildIndex, buildLayer } from './images/image-builder.ts';
import { writeOciLayout } from './images/layouts.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';
import { memoryDatabase } from './memory-database.ts';
import { advisory, affects } from './packages.ts';
import { startFakeRegistry } from './registry/fake-registry.ts';
import { statementAbout } from './trust/evidence.ts';
import { makeBundle } from './trust/services/bundles.ts';
import { createSigstore } from './trust/services/deployment.ts';

const SAMPLE = `oci-dir:${join(import.meta.dirname, '..', 'examples', 'sample-image')}`;

const MINIMIST = memoryDatabase({
  advisories: [
    advisory('GHSA-xvch-5gv4-984h', [affects('npm', 'minimist', '1.2.6')], { aliases: ['CVE-2021-44906'] }),
  ],
  sources: { ghsa: 'GitHub Advisory Database' },
});

const ids = ({ findings }: Assessment) =>
  findings.filter(({ verdict }) => verdict === 'affected').map(({ id }) => id);

/** Options with which nothing of the machine's user is read or written. */
function apart(t: TestContext) {
  const folder = temporaryDirectory(t);
  return {
    cacheDirectory: join(folder, 'cache'),
    environment: { HOME: folder },
    offline: true,
    now: new Date('2026-11-21T00:00:00Z'),
  };
}

test('assess answers with packages, findings and coverage', async (t) => {
  const { image, packages, findings, coverage, advisories } = await assess(SAMPLE, apart(t));
  assert.equal(image.reference, SAMPLE);
  assert.equal(image.platform, 'linux/amd64');
  assert.match(String(image.digest), /^sha256:[0-9a-f]{64}$/);
  assert.ok(packages.some(({ purl }) => purl === 'pkg:npm/minimist@1.2.0'));
  assert.ok(
    findings.every(({ because, verdict, risk }) => because.length > 0 && verdict !== undefined && risk >= 0),
  );
  assert.ok(coverage.every(({ code, message }) => code.length > 0 && message.length > 0));
  assert.ok((advisories?.sources.length ?? 0) > 3);
});

test('without a database there are packages and no findings', async (t) => {
  const { packages, findings, advisories } = await assess(SAMPLE, { ...apart(t), database: null });
  assert.ok(packages.length > 50);
  assert.deepEqual(findings, []);
  assert.equal(advisories, null);
});

/** The file of the starter database, which the first assessment unpacks below the cache folder. */
async function starterFile(t: TestContext): Promise<string> {
  const options = apart(t);
  await assess(SAMPLE, options);
  const files = readdirSync(options.cacheDirectory, { recursive: true, encoding: 'utf8' });
  const file = files.find((path) => path.endsWith('.db'));
  assert.ok(file !== undefined, files.join(', '));
  return join(options.cacheDirectory, file);
}

test('an open database is used and stays open', async (t) => {
  assert.deepEqual(ids(await assess(SAMPLE, { ...apart(t), database: MINIMIST })), ['CVE-2021-44906']);

  const database = openAdvisoryDatabase(await starterFile(t));
  try {
    const first = await assess(SAMPLE, { ...apart(t), database });
    assert.deepEqual(await assess(SAMPLE, { ...apart(t), database }), first);
    assert.deepEqual(first, await assess(SAMPLE, apart(t)));
    assert.ok(database.candidates('npm', 'minimist').length > 0);
  } finally {
    database.close();
  }
});

test('a database can be named by its file', async (t) => {
  const options = apart(t);
  const named = await assess(SAMPLE, { ...options, database: await starterFile(t) });
  assert.deepEqual(named, await assess(SAMPLE, options));

  const noDatabase = join(temporaryDirectory(t), 'none.db');
  await assert.rejects(assess(SAMPLE, { ...options, database: noDatabase }), { code: 'DATABASE_NOT_FOUND' });
  writeFileSync(noDatabase, 'something else');
  await assert.rejects(assess(SAMPLE, { ...options, database: noDatabase }), { code: 'DATABASE_UNREADABLE' });
});

test('the answer is the same from the cache and without one; all layers have what the last one removed', async (t) => {
  const options = { ...apart(t), database: null };
  const fresh = await assess(SAMPLE, options);
  assert.ok(existsSync(join(options.cacheDirectory, 'layers')));
  assert.deepEqual(await assess(SAMPLE, options), fresh);
  const uncached = { ...options, cacheDirectory: null };
  assert.deepEqual(await assess(SAMPLE, uncached), fresh);

  const everything = await assess(SAMPLE, { ...options, allLayers: true });
  const added = everything.packages.filter(({ id }) => !fresh.packages.some((entry) => entry.id === id));
  assert.deepEqual(
    added.map(({ purl }) => purl),
    ['pkg:npm/y18n@4.0.0'],
  );
});

test('without a cache folder nothing is written', async (t) => {
  const { environment, ...options } = apart(t);
  await assess(SAMPLE, { ...options, environment, cacheDirectory: null, database: MINIMIST });
  assert.deepEqual(readdirSync(environment.HOME), []);
});

test('a day in the past or future judges the data, and leaves the cache alone', async (t) => {
  const options = apart(t);
  const codes = async (now: string) => {
    const { coverage } = await assess(SAMPLE, { ...options, database: MINIMIST, now: new Date(now) });
    return coverage.map(({ code }) => code);
  };
  assert.ok(!(await codes('2026-11-25T00:00:00Z')).includes('ADVISORIES_STALE'));
  assert.ok((await codes('2040-01-01T00:00:00Z')).includes('ADVISORIES_STALE'));
});

/** An image whose distribution is called as its architecture. */
const imageFor = (architecture: string) =>
  buildImage({
    layers: [buildLayer([{ path: 'etc/os-release', content: `ID=alpine\nPRETTY_NAME="${architecture}"\n` }])],
    platform: { os: 'linux', architecture },
  });

test('a platform is chosen by its name', async (t) => {
  const folder = join(temporaryDirectory(t), 'image');
  writeOciLayout(folder, [{ root: buildIndex([imageFor('amd64'), imageFor('arm64')]) }]);
  const options = { ...apart(t), database: null };

  const { image, distribution } = await assess(`oci-dir:${folder}`, { ...options, platform: 'linux/arm64' });
  assert.equal(image.platform, 'linux/arm64');
  assert.equal(distribution?.prettyName, 'arm64');
  await assert.rejects(assess(`oci-dir:${folder}`, { ...options, platform: 'linux/s390x' }), {
    code: 'PLATFORM_NOT_FOUND',
  });
  await assert.rejects(assess(`oci-dir:${folder}`, { ...options, platform: 'arm64!' }), {
    code: 'PLATFORM_INVALID',
  });
});

test('a program can follow the progress and stop it', async (t) => {
  const image = buildImage({ layers: [buildLayer([{ path: 'a', content: 'a' }])] });
  await using registry = await startFakeRegistry({ images: { 'app:1': image } });
  const options = { ...apart(t), database: null };
  const kinds = new Set<string>();
  await assess(`${registry.host}/app:1`, { ...options, onProgress: ({ kind }) => kinds.add(kind) });
  assert.deepEqual([...kinds].sort(), ['blob', 'matching', 'resolving']);

  const reason = new Error('not any more');
  const stopped = assess(`${registry.host}/app:1`, { ...options, signal: AbortSignal.abort(reason) });
  await assert.rejects(stopped, (error) => error === reason);
});

test('errors have a stable code and say what to do', async (t) => {
  for (const [reference, code] of [
    ['oci-dir:/no/such/folder', 'SOURCE_UNREADABLE'],
    ['UPPER CASE', 'REFERENCE_INVALID'],
    ['registry.example/app', 'OFFLINE'],
  ] as const) {
    await assert.rejects(assess(reference, { ...apart(t), database: null }), (error) => {
      assert.ok(error instanceof HallmarkError);
      assert.equal(error.code, code);
      assert.ok(error.remedy.length > 0 && error.exit >= 1);
      return true;
    });
  }
});

test('the small parts are there too', () => {
  assert.ok(compareVersions('deb', '1.0~rc1', '1.0') < 0);
  assert.equal(compareVersions('semver', '1.0.0', '1.0.0'), 0);
  assert.equal(formatReference(parseReference('debian:12')), 'docker.io/library/debian:12');
  assert.equal(parsePurl('pkg:npm/minimist@1.2.0').name, 'minimist');
});

test('verify answers with a verdict, its reasons, and what was not checked', async (t) => {
  const { environment, offline, now } = apart(t);
  const layout = join(temporaryDirectory(t), 'layout');
  const image = buildImage({ layers: [buildLayer([{ path: 'a', content: 'a' }])] });
  writeOciLayout(layout, [{ root: image }]);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = join(environment.HOME, 'release.pub');
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const bundle = makeBundle(createSigstore({ now: () => now }), {
    signer: { kind: 'key', keys: { privateKey, publicKey } },
    statement: statementAbout(image.digest),
  });
  const evidence = [{ name: 'bundle.json', bytes: Buffer.from(JSON.stringify(bundle.bundle)) }];
  const common = { environment, offline, now, evidence };
  const report = await verify(`oci-dir:${layout}`, { ...common, keys: [key] });
  assert.deepEqual([report.verdict, report.digest], ['trusted', image.digest]);
  assert.ok(report.checks.length > 0 && report.notChecked.length > 0);
  const nobody = await verify(`oci-dir:${layout}`, common);
  assert.deepEqual([nobody.verdict, nobody.code], ['unknown', 'NOT_VERIFIABLE']);
  const wrong = { issuer: 'https://accounts.example', subject: 'ann@example.com' };
  assert.notEqual((await verify(`oci-dir:${layout}`, { ...common, identity: wrong })).verdict, 'trusted');
  await assert.rejects(verify(`oci-dir:${layout}`, { ...common, keys: ['/no/such.pub'] }), HallmarkError);
});
