import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildLayer } from '../../test/images/image-builder.ts';
import { formatPlatform, parsePlatform } from '../model/platform.ts';
import type { Descriptor } from './descriptor.ts';
import {
  hostPlatform,
  isAttestation,
  platformCandidates,
  platformNotFound,
  platformRank,
} from './platform-choice.ts';

const { digest } = buildLayer([]);
const entry = (platform: string | null, annotations: Record<string, string> = {}): Descriptor => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest,
  sizeBytes: 1,
  platform: platform === null ? null : parsePlatform(platform),
  artifactType: null,
  annotations,
});
const chosen = (available: readonly (string | null)[], wanted: string): (string | null)[] =>
  platformCandidates(
    available.map((platform) => entry(platform)),
    parsePlatform(wanted),
  ).map(({ platform }) => platform && formatPlatform(platform));

/** The order in which containerd's `platforms.Only` prefers them. */
const CHOICES = [
  ['linux/amd64', ['linux/arm64', 'linux/amd64', 'windows/amd64'], ['linux/amd64']],
  ['linux/amd64', ['linux/386', 'linux/amd64'], ['linux/amd64', 'linux/386']],
  ['linux/amd64', ['linux/amd64/v2', 'linux/amd64/v3'], []],
  ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v4', 'linux/amd64/v2'], ['linux/amd64/v2', 'linux/amd64']],
  ['linux/386', ['linux/amd64'], []],
  [
    'linux/arm/v7',
    ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm64'],
    ['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'],
  ],
  ['linux/arm/v6', ['linux/arm/v7', 'linux/arm/v5'], ['linux/arm/v5']],
  ['linux/arm', ['linux/arm/v6', 'linux/arm/v7'], ['linux/arm/v7', 'linux/arm/v6']],
  ['linux/arm64', ['linux/arm/v7', 'linux/arm64/v8', 'linux/amd64'], ['linux/arm64', 'linux/arm/v7']],
  ['linux/arm64/v8', ['linux/arm64'], ['linux/arm64']],
  ['linux/s390x', ['linux/s390x', 'linux/amd64'], ['linux/s390x']],
  ['windows/amd64', ['linux/amd64'], []],
  ['linux/amd64', [null, 'linux/amd64', null], ['linux/amd64', null, null]],
] as const;

for (const [wanted, available, expected] of CHOICES) {
  test(`${wanted} of ${available.join(', ')}`, () => assert.deepEqual(chosen(available, wanted), expected));
}

test('equal entries keep the order of the index', () => {
  const entries = [entry('linux/amd64', { n: '1' }), entry('linux/amd64', { n: '2' })];
  assert.deepEqual(platformCandidates(entries, parsePlatform('amd64')), entries);
});

test('attestations are never a candidate, and an image is none, whatever is written beside it', () => {
  const attestation = entry('unknown/unknown');
  assert.ok(isAttestation(attestation));
  assert.deepEqual(platformCandidates([attestation], parsePlatform('amd64')), []);
  for (const platform of ['linux/amd64', null] as const) {
    const image = entry(platform, { 'vnd.docker.reference.type': 'attestation-manifest' });
    assert.ok(!isAttestation(image));
    assert.deepEqual(platformCandidates([image], parsePlatform('amd64')), [image]);
  }
});

test('the platform of this machine', () => {
  assert.equal(hostPlatform().os, 'linux');
  for (const [node, order, expected] of [
    ['x64', 'LE', 'linux/amd64'],
    ['arm64', 'LE', 'linux/arm64'],
    ['arm', 'LE', 'linux/arm/v7'],
    ['ia32', 'LE', 'linux/386'],
    ['ppc64', 'LE', 'linux/ppc64le'],
    ['ppc64', 'BE', 'linux/ppc64'],
    ['riscv64', 'LE', 'linux/riscv64'],
  ] as const) {
    assert.equal(formatPlatform(hostPlatform(node, order)), expected);
  }
});

test('a platform in other words is the same', () => {
  assert.equal(
    platformRank({ os: 'Linux', architecture: 'aarch64', variant: '8' }, parsePlatform('arm64')),
    0,
  );
});

test('a platform that is not there: the error lists what there is, each once', () => {
  const available = ['linux/arm64', 'linux/amd64', 'linux/arm64'].map(parsePlatform);
  const error = platformNotFound('debian:12', parsePlatform('linux/s390x'), available);
  assert.equal(error.code, 'PLATFORM_NOT_FOUND');
  assert.equal(error.message, 'debian:12 does not exist for linux/s390x; it has linux/amd64, linux/arm64');
});
