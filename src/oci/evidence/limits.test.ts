import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  buildFallback,
  buildReferrer,
  buildSignature,
  BUNDLE,
  SIMPLE_SIGNING,
} from '../../../test/images/evidence-builder.ts';
import { buildIndex, sha256 } from '../../../test/images/image-builder.ts';
import type { Intercept } from '../../../test/registry/fake-registry.ts';
import { amd64, arm64, tagOf, codes, type Setting, fill, gather } from '../../../test/registry/gathering.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { openImageReader } from '../store/open-reader.ts';
import { gatherEvidence, type GatherOptions } from './gather-evidence.ts';

const many = (count: number, recipe = {}) =>
  Array.from({ length: count }, (_, number) => buildSignature(amd64, number, recipe));

describe('limits', () => {
  test('10,000 referrers: what is not opened is said', async () => {
    const first = buildSignature(amd64, 0);
    const junk = Array.from({ length: 9999 }, (_, number) => {
      const bytes = Buffer.from(`junk ${number}`);
      return {
        of: { mediaType: first.mediaType, bytes, digest: sha256(bytes) },
        further: { artifactType: BUNDLE },
      };
    });
    const list = buildFallback([{ of: first }, ...junk]);
    const intercept: Intercept = ({ url }, response) => {
      if (!url.endsWith(`/manifests/${tagOf(amd64)}`)) return false;
      response.setHeader('content-type', list.mediaType);
      response.end(list.bytes);
      return true;
    };
    const gathering = await gather({ root: amd64, attached: [first], hasApi: false, intercept });
    assert.equal(gathering.manifests.length, 1);
    assert.ok(gathering.asked.length < 150, `${gathering.asked.length} requests`);
    const beyond = gathering.gaps.filter(({ code }) => code === 'EVIDENCE_TOO_MUCH');
    assert.deepEqual(
      beyond.map(({ message }) => /\d+ (?:that are read|manifests that)/.exec(message)?.[0]),
      ['5000 that are read', '4872 manifests that'],
    );
  });

  test('junk that was attached first hides neither another kind nor what was there before', async () => {
    const junk = many(100, { artifactType: 'application/junk' });
    const good = buildSignature(amd64, 1000);
    const limits = { manifestsPerSubject: 10 };
    const gathering = await gather({ root: amd64, attached: [...junk, good], options: { limits } });
    assert.equal(gathering.manifests.length, 10);
    assert.equal(gathering.manifests[0]?.digest, good.digest);
    assert.deepEqual(
      gathering.gaps.map(({ message }) => message),
      [`91 manifests that are listed for ${amd64.digest} were not opened: too many`],
    );
  });

  const index = buildIndex([amd64, arm64]);
  const LIMITS: readonly (readonly [string, Setting, number, code?: string])[] = [
    [
      'manifests in all, subjects in turn',
      {
        root: index,
        attached: [...many(9), buildSignature(arm64, 1)],
        options: { limits: { manifests: 3 } },
      },
      3,
    ],
    [
      'subjects',
      { root: index, attached: many(1), options: { limits: { subjects: 1 } } },
      0,
      'INDEX_INCOMPLETE',
    ],
    [
      'indexes in indexes in indexes',
      { root: [1, 2, 3, 4].reduce((inner) => buildIndex([inner]), index), attached: [] },
      0,
      'INDEX_INCOMPLETE',
    ],
    [
      'requests for an index in an index',
      { root: buildIndex([index]), attached: [], options: { limits: { requests: 6 } } },
      0,
      'INDEX_INCOMPLETE',
    ],
    ['bytes in all', { root: amd64, attached: many(4), options: { limits: { totalBytes: 1500 } } }, 2],
    ['requests', { root: index, attached: many(1), options: { limits: { requests: 9 } } }, 0],
  ];
  for (const [what, setting, expected, code = 'EVIDENCE_TOO_MUCH'] of LIMITS) {
    test(what, async () => {
      const gathering = await gather(setting);
      assert.equal(gathering.manifests.length, expected);
      assert.ok(gathering.gaps.length > 0);
      assert.ok(codes(gathering).includes(code), codes(gathering).join());
    });
  }

  test('layers of one manifest and of all', async () => {
    const layers = [1, 2, 3, 4].map((content) => ({ content: { content }, mediaType: SIMPLE_SIGNING }));
    const attached = [buildReferrer(amd64, { layers }), buildSignature(amd64, 1)];
    const counts = async (limits: GatherOptions['limits']) => {
      const gathering = await gather({ root: amd64, attached, options: { limits: limits ?? {} } });
      return [gathering.manifests.map((manifest) => manifest.layers.length), codes(gathering)];
    };
    assert.deepEqual(await counts({ layersPerManifest: 2 }), [[2, 1], ['EVIDENCE_TOO_MUCH']]);
    assert.deepEqual(await counts({ layers: 2 }), [[1, 1], ['EVIDENCE_TOO_MUCH']]);
  });

  test('a bundle of a gigabyte is refused before a byte of it is asked for, and one that grows at once', async () => {
    const layer = { content: { a: 1 }, mediaType: BUNDLE };
    const huge = buildReferrer(amd64, { layers: [{ ...layer, statedSize: 2 ** 30 }] });
    const growing = buildReferrer(amd64, { layers: [{ content: { b: 2 }, mediaType: BUNDLE }] });
    let sent = 0;
    const intercept: Intercept = async ({ url }, response) => {
      if (!url.includes('/blobs/')) return false;
      const part = Buffer.alloc(16 * 1024);
      while (!response.destroyed && sent < 2 ** 28) {
        sent += part.length;
        if (!response.write(part))
          await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
      }
      response.end();
      return true;
    };
    await using registry = await startMemoryRegistry({ intercept });
    fill(registry.repository('team/app'), { root: amd64, attached: [huge, growing] });
    const { reader, name } = await openImageReader(`${registry.host}/team/app@${amd64.digest}`, {
      environment: {},
    });
    const { manifests } = await gatherEvidence(reader, name);
    await assert.rejects(async () => manifests[0]?.layers[0]?.read(), { code: 'EVIDENCE_TOO_LARGE' });
    assert.equal(sent, 0);
    await assert.rejects(async () => manifests[1]?.layers[0]?.read(), { code: 'BLOB_SIZE_MISMATCH' });
    await reader.close();
    assert.ok(sent < 2 ** 24, `${sent} bytes`);
  });
});
