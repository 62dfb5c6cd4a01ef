/** More than anybody needs, and several who write at once. CVE-2023-46737, CVE-2024-29902 and CVE-2024-29903 were of this kind. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openImageWriter } from '../../../src/oci/store/open-writer.ts';
import { buildFallback, BUNDLE, buildReferrer, buildSignature } from '../../images/evidence-builder.ts';
import type { BuiltIndex } from '../../images/image-builder.ts';
import type { Intercept } from '../../registry/fake-registry.ts';
import { amd64, tagOf } from '../../registry/gathering.ts';
import { impatience } from '../../registry/opening.ts';
import { deployment, statementAbout } from '../evidence.ts';
import { makeBundle } from '../services/bundles.ts';
import { ecKeyPair, type KeyPair } from '../services/certificate.ts';
import { type Attached, bundleOf, type Place, type Scene, setStage, verifyOn } from './scene.ts';
import { changing, doesNotHold, type ImageTrap, type TrapTable } from './trap.ts';

/** So many bundles that nobody signed, in front of the one that Ann did. */
const behind =
  (count: number) =>
  ({ sigstore }: Place): readonly Attached[] => [
    ...Array.from({ length: count }, (_, number) => buildSignature(amd64, number)),
    bundleOf(sigstore, {}),
  ];

/** A list that anybody may write, which names what Ann signed so many times. */
const listed =
  (times: number) =>
  ({ sigstore }: Place): readonly Attached[] => {
    const signed = bundleOf(sigstore, {});
    const list = buildFallback(Array.from({ length: times }, () => ({ of: signed })));
    return [signed, [list, tagOf(amd64)]];
  };

const GIBIBYTE = 1024 ** 3;

export const TEN_THOUSAND_REFERRERS: Scene = { attached: behind(9_999) };

/** Its descriptor says how large it is. */
export const GIGABYTE_BUNDLE: Scene = {
  attached: () => [
    buildReferrer(amd64, { layers: [{ content: {}, mediaType: BUNDLE, statedSize: GIBIBYTE }] }),
  ],
};

/** The registry sends a gibibyte where a small bundle was announced; `sent` counts. */
export function endlessBundle(sent: { bytes: number }): Scene {
  return { registry: { intercept: onBlob((response) => pour(response, sent)) } };
}

const onBlob =
  (answer: (response: ServerResponse) => void): Intercept =>
  (request, response) => {
    const isBlob = request.method === 'GET' && request.url.includes('/blobs/');
    if (isBlob) answer(response);
    return isBlob;
  };

function pour(response: ServerResponse, sent: { bytes: number }): void {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  response.writeHead(200, { 'content-type': BUNDLE });
  const more = (): void => {
    while (!response.destroyed && sent.bytes < GIBIBYTE) {
      sent.bytes += chunk.length;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

/** Bytes that are 16 MiB once somebody inflates them. */
const bomb = (response: ServerResponse): void => {
  const content = gzipSync(Buffer.alloc(16 * 1024 * 1024));
  response.writeHead(200, { 'content-type': BUNDLE, 'content-encoding': 'gzip' }).end(content);
};

const undecided: Pick<ImageTrap, 'verdict' | 'code'> = { verdict: 'error', code: 'EVIDENCE_UNREADABLE' };

/** Two people sign, and both signatures are asked for. */
async function bothSign(t: TestContext, isAtOnce: boolean) {
  const signers = { one: ecKeyPair(), other: ecKeyPair() };
  await using stage = await setStage(t, {
    // no API, and tags that are written without a condition: nobody but the writers notices what was lost
    registry: { referrers: false, conditions: false },
    attached: () => [],
    files: Object.fromEntries(
      Object.entries(signers).map(([name, { publicKey }]) => [
        `${name}.pub`,
        publicKey.export({ type: 'spki', format: 'pem' }),
      ]),
    ),
    policy: `
authorities: { one: { key: one.pub }, other: { key: other.pub } }
rules: [{ repositories: ['HOST/acme/**'], require: [{ signature: { by: [one, other], threshold: 2 } }] }]`,
  });
  const sigstore = deployment();
  const manifests = Object.values(signers).map((keys) => signedByKey(keys, sigstore));
  const attach = (manifest: BuiltIndex) => attachOne(stage.reference, manifest);
  if (isAtOnce) await Promise.all(manifests.map(attach));
  else for (const manifest of manifests) await attach(manifest);
  return await verifyOn(stage);
}

function signedByKey(keys: KeyPair, sigstore: Place['sigstore']): BuiltIndex {
  const statement = statementAbout(amd64.digest);
  const { bundle } = makeBundle(sigstore, { statement, signer: { kind: 'key', keys }, logs: [] });
  return buildReferrer(amd64, { layers: [{ content: bundle, mediaType: BUNDLE }] });
}

async function attachOne(reference: string, manifest: BuiltIndex): Promise<void> {
  const { writer } = await openImageWriter(reference, { environment: {}, policy: impatience() });
  try {
    for (const { digest, mediaType, bytes } of manifest.blobs.values()) {
      if (digest === manifest.digest) continue;
      const blob = { digest, mediaType, sizeBytes: bytes.length };
      await writer.writeBlob(blob, async function* () {
        yield bytes;
      });
    }
    await writer.attach(manifest);
  } finally {
    await writer.close();
  }
}

export const RESOURCES: TrapTable = {
  area: 'resources and races',
  traps: [
    {
      name: 'junk-first signature hides a good one',
      change: 'a hundred bundles that nobody signed are attached in front of the good one',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: 'evidence.readable',
      because: /everything that the rule/,
      verify: changing({}, { attached: behind(100) }),
    },
    {
      name: 'junk-first signature hides a good one (reverse: a good one hides junk)',
      change: 'one is good and one does not hold: what does not hold is shown all the same',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: 'evidence.readable',
      because: /everything that the rule/,
      verify: changing(
        {},
        { attached: ({ sigstore }) => [bundleOf(sigstore, {}), buildSignature(amd64, 1)] },
      ),
      also: ({ evidence }) =>
        assert.deepEqual(evidence.map(({ result }) => result).sort(), ['fails', 'holds']),
    },
    {
      name: '10,000 referrers',
      change:
        'ten thousand bundles are attached in front of the good one: not all are opened, and it is said',
      ...undecided,
      shows: 'EVIDENCE_TOO_MUCH',
      because: /[0-9]/,
      verify: changing({}, TEN_THOUSAND_REFERRERS),
    },
    {
      name: '10,000 referrers (and one more)',
      change: 'a list that is longer than any that is read may hide the good one: nobody can tell',
      ...undecided,
      shows: 'EVIDENCE_MISSING',
      because: /has 10001 entries; at most 10000 are read/,
      verify: changing({ registry: { referrers: false }, attached: listed(1) }, { attached: listed(10_001) }),
    },
    {
      name: '1 GB bundle (stated)',
      change: 'the bundle is said to have a gibibyte: it is not fetched',
      ...undecided,
      shows: 'EVIDENCE_TOO_LARGE',
      because: /1073741824 bytes/,
      verify: changing({}, GIGABYTE_BUNDLE),
    },
    {
      name: '1 GB bundle (sent)',
      change: 'a gibibyte is sent where a few kilobytes were announced: reading ends there',
      ...doesNotHold('EVIDENCE_MISMATCH', /is longer than its \d+ bytes/),
      verify: async (t) => {
        const sent = { bytes: 0 };
        const reports = await changing({}, endlessBundle(sent))(t);
        assert.ok(sent.bytes < 64 * 1024 * 1024, `${sent.bytes} bytes were taken`);
        return reports;
      },
    },
    {
      name: 'decompression bomb',
      change:
        'the registry sends the bundle with a content coding: nothing is inflated, and the digest is not met',
      ...doesNotHold('EVIDENCE_MISMATCH', /is longer than its \d+ bytes/),
      verify: changing({}, { registry: { intercept: onBlob(bomb) } }),
    },
    {
      name: 'fallback tag race',
      change: 'two sign at the same time, on a registry that neither lists referrers nor knows conditions',
      verdict: 'trusted',
      code: 'REQUIREMENTS_MET',
      shows: null,
      because: /everything that the rule/,
      verify: async (t) => ({ sound: await bothSign(t, false), trapped: await bothSign(t, true) }),
    },
  ],
};
