import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import {
  builtInKeys,
  builtInOrigins,
  builtInRoot,
  builtInSigningConfig,
  builtInTufRoot,
  PUBLIC_GOOD,
} from './built-in.ts';

const majors = (which: 'default' | 'rekor-v2'): readonly number[] => {
  const text = Buffer.from(builtInSigningConfig(which)).toString();
  const { rekorTlogUrls } = JSON.parse(text) as { rekorTlogUrls: { majorApiVersion: number }[] };
  return rekorTlogUrls.map(({ majorApiVersion }) => majorApiVersion);
};

describe('what comes with Hallmark', () => {
  test('the public-good root can be used, and says how old it is', () => {
    const { name, origin, root, updated, expires, thresholds } = builtInRoot();
    assert.equal(name, PUBLIC_GOOD);
    assert.equal(origin, 'bundled');
    assert.deepEqual(
      root.tlogs.map(({ baseUrl }) => baseUrl),
      ['https://rekor.sigstore.dev', 'https://log2025-1.rekor.sigstore.dev'],
    );
    assert.ok(Date.parse(updated ?? '') < Date.parse(expires ?? ''));
    assert.deepEqual(thresholds, { logs: 1, timestamps: 1, certificateTransparency: 1 });
  });

  test('the root of its repository is of the version that is stated', () => {
    const { signed } = JSON.parse(Buffer.from(builtInTufRoot()).toString()) as {
      signed: { version: number };
    };
    assert.equal(signed.version, builtInOrigins().publicGood.rootVersion);
  });

  test('the services to sign with are those of either log', () => {
    assert.deepEqual(majors('default'), [1]);
    assert.deepEqual(majors('rekor-v2'), [2, 1]);
  });

  test("Docker's key is the one that its origin has", () => {
    const [key] = builtInKeys();
    assert.equal(key?.name, 'docker-hardened-images');
    assert.equal(key?.key.asymmetricKeyDetails?.namedCurve, 'prime256v1');
    assert.equal(key?.id, digestOf(key.key.export({ type: 'spki', format: 'der' })));
    assert.equal(key?.from, '2025-04-02T12:00:00Z');
  });
});
