import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import { canonicalEntry, canonicalManifest, canonicalPlatform, sortEntries } from './canonical-index.ts';
import type { IndexEntry, IndexPlatform } from './index-document.ts';
import { comparePlatforms } from './platform-order.ts';

/** Compared as texts: the order of fields matters. */
const text = (value: unknown): string => JSON.stringify(value);

/** `linux/arm/v7`, `windows/amd64 10.0.1`. */
function platformOf(words: string): IndexPlatform {
  const [name = '', version] = words.split(' ');
  const [os = '', architecture = '', variant] = name.split('/');
  return {
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { 'os.version': version }),
  };
}

/** The first comes first in an index. */
const ORDER = [
  'linux/amd64',
  'linux/arm64/v9',
  'linux/arm64/v8',
  'linux/386',
  'linux/arm/v10',
  'linux/arm/v7',
  'linux/arm/v6',
  'linux/arm',
  'linux/ppc64le',
  'linux/riscv64',
  'linux/s390x',
  'freebsd/amd64',
  'freebsd/386',
  'unknown/unknown',
  'windows/amd64 10.0.26100.10.1',
  'windows/amd64 10.0.26100.2',
  'windows/amd64 10.0.20348.9',
  'windows/amd64 9.9',
  'windows/amd64',
  'windows/arm64',
];

const ENTRY: IndexEntry = { mediaType: 'm', digest: digestOf(''), size: 1 };

function entry(name: string, platform: string, subject?: string): IndexEntry {
  return {
    ...ENTRY,
    digest: digestOf(name),
    platform: platformOf(platform),
    ...(subject === undefined ? {} : { annotations: { 'vnd.docker.reference.digest': digestOf(subject) } }),
  };
}

suite('the canonical form of an index', () => {
  test('platforms: Linux first, amd64, arm64, and the newest of each', () => {
    for (const start of [ORDER.toReversed(), ORDER.toSorted()]) {
      const sorted = start.map(platformOf).toSorted(comparePlatforms);
      assert.deepEqual(sorted, ORDER.map(platformOf));
    }
  });

  test('a version of more parts comes after the one that it begins with', () => {
    const sorted = ['v8.1', 'v8', 'v9'].toSorted((a, b) => comparePlatforms({ variant: a }, { variant: b }));
    assert.deepEqual(sorted, ['v9', 'v8', 'v8.1']);
  });

  test('fields of a platform are in their order, and names imply a variant', () => {
    const given = { variant: '', 'os.version': '1', architecture: 'arm', more: [1], os: 'linux' };
    assert.equal(
      text(canonicalPlatform(given)),
      '{"os":"linux","architecture":"arm","variant":"v7","os.version":"1","more":[1]}',
    );
    const arm64 = canonicalPlatform({ architecture: 'arm64', os: 'linux' });
    assert.equal(text(arm64), '{"os":"linux","architecture":"arm64","variant":"v8"}');
  });

  test('fields of an entry are in their order, what is not known before the last', () => {
    const found = canonicalEntry({
      data: 'e30=',
      urls: [],
      zzz: 1,
      annotations: { b: '2', a: '1' },
      size: 1,
      platform: { architecture: 'amd64', os: 'linux' },
      digest: ENTRY.digest,
      artifactType: 't',
      mediaType: 'm',
    });
    assert.equal(
      text(found),
      `{"mediaType":"m","artifactType":"t","digest":"${ENTRY.digest}","size":1,` +
        '"platform":{"os":"linux","architecture":"amd64"},"annotations":{"a":"1","b":"2"},"zzz":1,"urls":[],"data":"e30="}',
    );
  });

  test('fields of an image are in their order, its layers stay in theirs', () => {
    const layers = [
      { size: 2, mediaType: 'l', digest: 'b' },
      { digest: 'a', mediaType: 'l', size: 1 },
    ];
    const given = {
      annotations: { b: '2', a: '1' },
      layers,
      config: { digest: 'c', mediaType: 'c', size: 0 },
      mediaType: 'm',
      schemaVersion: 2,
    };
    assert.equal(
      text(canonicalManifest(given)),
      '{"schemaVersion":2,"mediaType":"m","config":{"mediaType":"c","digest":"c","size":0},' +
        '"layers":[{"mediaType":"l","digest":"b","size":2},{"mediaType":"l","digest":"a","size":1}],"annotations":{"a":"1","b":"2"}}',
    );
  });

  test('an attestation stands right after what it is about', () => {
    const images = [
      entry('s390x', 'linux/s390x'),
      entry('windows', 'windows/amd64'),
      entry('amd64', 'linux/amd64'),
    ];
    const attestations = ['windows', 'amd64', 's390x', 'nothing'].map((subject) =>
      entry(`about ${subject}`, 'unknown/unknown', subject),
    );
    const expected = [
      'amd64',
      'about amd64',
      's390x',
      'about s390x',
      'about nothing',
      'windows',
      'about windows',
    ];
    assert.deepEqual(
      sortEntries([...attestations, ...images]).map(({ digest }) => digest),
      expected.map((name) => digestOf(name)),
    );
  });
});
