import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  attestationEntry,
  buildFallback,
  buildReferrer,
  buildSignature,
  BUNDLE,
  IN_TOTO,
} from '../../../test/images/evidence-builder.ts';
import {
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltBlob,
  type BuiltRoot,
} from '../../../test/images/image-builder.ts';
import { type Intercept, sendError } from '../../../test/registry/fake-registry.ts';
import {
  amd64,
  arm64,
  STATEMENT,
  statementAbout,
  oldStatement,
  tagOf,
  codes,
  gather,
  found,
} from '../../../test/registry/gathering.ts';

const answering =
  (status: number): Intercept =>
  ({ url }, response) => {
    if (!url.includes('/referrers/')) return false;
    sendError(response, status, 'UNSUPPORTED');
    return true;
  };

const hidden: Intercept = ({ url }, response) => {
  if (!url.includes('/referrers/')) return false;
  response.end(JSON.stringify({ schemaVersion: 2, manifests: [] }));
  return true;
};

const fallback = (...entries: Parameters<typeof buildFallback>[0]) =>
  [buildFallback(entries), tagOf(amd64)] as const;

describe('lists that are absent or lie', () => {
  const one = buildSignature(amd64, 1);
  const two = buildSignature(amd64, 2);
  const names = Object.entries({ amd64, one, two });

  for (const status of [404, 405, 501]) {
    test(`${status} of the API: the tag is asked`, async () => {
      const attached = [one, fallback({ of: one })];
      const gathering = await gather({ root: amd64, attached, intercept: answering(status) });
      assert.deepEqual(found(gathering, names), ['one: referrers-tag of amd64']);
      assert.deepEqual(gathering.gaps, []);
    });
  }

  test('500 of the API: the tag is asked, and that something may be missing is said', async () => {
    const attached = [one, fallback({ of: one })];
    const gathering = await gather({ root: amd64, attached, intercept: answering(500) });
    assert.deepEqual(found(gathering, names), ['one: referrers-tag of amd64']);
    assert.deepEqual(codes(gathering), ['EVIDENCE_MISSING']);
  });

  test('an API that lists nothing, or another manifest than the tag: both count', async () => {
    const attached = [one, two, fallback({ of: one })];
    const fromTag = await gather({ root: amd64, attached, intercept: hidden });
    assert.deepEqual(found(fromTag, names), ['one: referrers-tag of amd64']);
    const fromBoth = await gather({ root: amd64, attached });
    assert.deepEqual(found(fromBoth, names), [
      'one: referrers-api, referrers-tag of amd64',
      'two: referrers-api of amd64',
    ]);
  });

  test('a tag without an index behind it, and one that lists the same twice', async () => {
    const noIndex = await gather({ root: amd64, attached: [[one, tagOf(amd64)]], hasApi: false });
    assert.deepEqual(found(noIndex, names), []);
    assert.deepEqual(codes(noIndex), ['EVIDENCE_MISSING']);
    const twice = fallback({ of: one }, { of: one });
    const gathering = await gather({ root: amd64, attached: [one, twice], hasApi: false });
    assert.deepEqual(found(gathering, names), ['one: referrers-tag of amd64']);
    assert.deepEqual(gathering.gaps, []);
  });

  test('pages, and a list without end', async () => {
    const attached = [1, 2, 3, 4, 5].map((number) => buildSignature(amd64, number));
    const paged = await gather({ root: amd64, attached, pageSize: 2 });
    assert.equal(paged.manifests.length, 5);
    assert.equal(paged.requests, paged.asked.length);
    assert.equal(paged.roundTrips, 4);
    let page = 0;
    const endless: Intercept = ({ url }, response) => {
      if (!url.includes('/referrers/')) return false;
      page += 1;
      response.setHeader('link', `</v2/team/app/referrers/x?page=${page}>; rel="next"`);
      response.end(JSON.stringify({ schemaVersion: 2, manifests: [] }));
      return true;
    };
    const gathering = await gather({ root: amd64, intercept: endless });
    assert.deepEqual(codes(gathering), ['EVIDENCE_TOO_MUCH']);
    assert.equal(page, 10);
  });

  const OTHERS: readonly (readonly [string, BuiltRoot, string, string])[] = [
    ['another subject', buildSignature(arm64, 1), 'REFERRER_OF_ANOTHER', `refers to ${arm64.digest}`],
    ['no subject', buildSignature(amd64, 1, { subject: null }), 'REFERRER_OF_ANOTHER', 'refers to nothing'],
    [
      'a subject of another size',
      buildSignature(amd64, 1, { subject: { size: 7 } }),
      'REFERRER_OF_ANOTHER',
      `refers to 7 bytes, expected ${amd64.bytes.length}`,
    ],
    [
      'a subject of another media type',
      buildSignature(amd64, 1, { subject: { mediaType: 'text/plain' } }),
      'REFERRER_OF_ANOTHER',
      'refers to the media type "text/plain"',
    ],
  ];
  for (const [what, referrer, code, message] of OTHERS) {
    test(`a manifest with ${what} is named and left out`, async () => {
      const attached = [one, referrer, fallback({ of: referrer }, { of: one })];
      const gathering = await gather({ root: amd64, attached, hasApi: false });
      assert.deepEqual(found(gathering, names), ['one: referrers-tag of amd64']);
      assert.deepEqual(codes(gathering), [code]);
      assert.equal(gathering.gaps[0]?.evidence, referrer.digest);
      assert.ok(gathering.gaps[0].message.includes(message), gathering.gaps[0].message);
    });
  }

  test('a statement that is first listed for another subject is looked up all the same', async () => {
    const statement = buildReferrer(amd64, { layers: [{ content: STATEMENT, mediaType: IN_TOTO }] });
    const signature = buildSignature(statement, 1);
    const root = buildIndex([arm64, amd64]);
    const misled = [buildFallback([{ of: statement }]), tagOf(arm64)] as const;
    const gathering = await gather({ root, attached: [statement, signature, misled] });
    assert.deepEqual(found(gathering, [...names, ['statement', statement], ['signature', signature]]), [
      'statement: referrers-api of amd64',
      'signature: referrers-api of statement',
    ]);
    assert.deepEqual(codes(gathering), ['REFERRER_OF_ANOTHER']);
  });

  test('what is no evidence: an index, and a manifest that is malformed', async () => {
    const malformed = buildSignature(amd64, 1, { subject: { size: -1 } });
    const attached = [one, malformed, fallback({ of: buildIndex([]) }, { of: malformed }, { of: one })];
    const gathering = await gather({ root: amd64, attached: [...attached, buildIndex([])], hasApi: false });
    assert.deepEqual(found(gathering, names), ['one: referrers-tag of amd64']);
    assert.deepEqual(
      gathering.gaps.map(({ code, evidence }) => [code, evidence]),
      [['EVIDENCE_MALFORMED', malformed.digest]],
    );
  });

  test('a manifest that is not there, and one of other bytes', async () => {
    const missing = await gather({
      root: amd64,
      attached: [one, fallback({ of: two }, { of: one })],
      hasApi: false,
    });
    assert.deepEqual(found(missing, names), ['one: referrers-tag of amd64']);
    assert.deepEqual(codes(missing), ['EVIDENCE_MISSING']);
    const exchanged: Intercept = ({ url }, response) => {
      if (!url.endsWith(`/manifests/${one.digest}`)) return false;
      response.setHeader('content-type', two.mediaType);
      response.end(two.bytes);
      return true;
    };
    const wrong = await gather({ root: amd64, attached: [one, two], intercept: exchanged });
    assert.deepEqual(found(wrong, names), ['two: referrers-api of amd64']);
    assert.deepEqual(codes(wrong), ['EVIDENCE_MISMATCH']);
  });

  test('the type comes from the manifest, whatever the list says (cosign 3.1)', async () => {
    const wrong = { artifactType: 'application/vnd.oci.empty.v1+json' };
    const attached = [one, fallback({ of: one, further: wrong })];
    const gathering = await gather({ root: amd64, attached, hasApi: false });
    assert.deepEqual(
      gathering.manifests.map(({ artifactType }) => artifactType),
      [BUNDLE],
    );
  });
});

describe('entries of an index that mislead', () => {
  const names = Object.entries({ amd64, arm64 });
  const gatherEntry = async (attestation: BuiltRoot, about: BuiltBlob | string | null) => {
    const index = buildIndex([amd64, arm64], { further: [attestationEntry(attestation, about)] });
    const root = { ...index, blobs: new Map([...index.blobs, ...attestation.blobs]) };
    const gathering = await gather({ root });
    return [found(gathering, [...names, ['it', attestation], ['index', index]]), codes(gathering)];
  };
  const elsewhere = buildReferrer(buildSignature(amd64, 9), {
    layers: [{ content: STATEMENT, mediaType: IN_TOTO }],
  });
  const image = buildImage({ layers: [buildLayer([{ path: 'b', content: 'b' }])] });
  const TRAPS: readonly (readonly [
    string,
    BuiltRoot,
    BuiltBlob | string | null,
    readonly string[],
    readonly string[],
  ])[] = [
    [
      'the annotation names another image',
      statementAbout(amd64),
      arm64,
      ['it: index, referrers-api of amd64'],
      ['EVIDENCE_MISMATCH'],
    ],
    ['the subject is not of this index', elsewhere, amd64, [], ['REFERRER_OF_ANOTHER']],
    ['nothing names an image', oldStatement, null, ['it: index of index'], []],
    ['the annotation is no digest', oldStatement, '../../x', [], ['REFERRER_OF_ANOTHER']],
    ['an image that runs nowhere', image, null, [], []],
  ];
  for (const [what, attestation, about, expected, gaps] of TRAPS) {
    test(what, async () => assert.deepEqual(await gatherEntry(attestation, about), [expected, gaps]));
  }
});
