import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import { LibraryError } from '../errors.ts';
import {
  FALLBACK,
  formatDeployInput,
  normalizeDeployInput,
  readDeployInput,
  readLookup,
  readRefs,
  withIndentedData,
} from './deploy-input.ts';
import { formatDeployReference, parseDeployReference } from './deploy-reference.ts';

/** Of these, B comes first. */
const A = digestOf('a');
const B = digestOf('b');

const invalid = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LibraryError && error.code === 'DOCUMENT_INVALID', String(error));
  assert.match(error.message, message);
  return true;
};

/** As they are written, with their registry, and as people write them. */
const REFERENCES: readonly (readonly [text: string, full: string, familiar: string])[] = [
  ['app', 'docker.io/library/app', 'app'],
  ['app:1.2', 'docker.io/library/app:1.2', 'app:1.2'],
  ['library/app', 'docker.io/library/app', 'app'],
  ['shop/app:1', 'docker.io/shop/app:1', 'shop/app:1'],
  ['docker.io/app', 'docker.io/library/app', 'app'],
  ['docker.io/shop/app', 'docker.io/shop/app', 'shop/app'],
  ['index.docker.io/app:1', 'docker.io/library/app:1', 'app:1'],
  ['registry-1.docker.io/app', 'docker.io/library/app', 'app'],
  ['registry.hub.docker.com/shop/app', 'docker.io/shop/app', 'shop/app'],
  ['registry.example:5000/app', 'registry.example:5000/app', 'registry.example:5000/app'],
];

test('references are read with the names of Docker Hub, and no tag is implied', () => {
  for (const [text, full, familiar] of REFERENCES) {
    const reference = parseDeployReference(text);
    const { registry, repository, tag } = reference;
    assert.equal(`${registry}/${repository}${tag === null ? '' : `:${tag}`}`, full);
    assert.equal(formatDeployReference(reference), familiar);
  }
});

const INDEX = '{ "mediaType":"application/vnd.oci.image.index.v1+json","manifests":[] }';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const TO = 'registry.example/app';

/** What is left out is told from the rest. */
const NORMAL: readonly (readonly [what: string, raw: string, normal: object])[] = [
  [
    'a manifest as JSON keeps its bytes, and gets its digest and type',
    `{"type":"manifest","refs":["${TO}:1"],"data": ${INDEX}}`,
    { type: 'manifest', refs: [`${TO}:1@${digestOf(INDEX)}`], data: base64(INDEX), mediaType: INDEX_TYPE },
  ],
  [
    'a manifest in base64, and where its parts are',
    `{"type":"manifest","refs":["${TO}"],"lookup":{"${B}":"shop/b","":"shop/any"},"data":"${base64(INDEX)}"}`,
    {
      type: 'manifest',
      refs: [`${TO}@${digestOf(INDEX)}`],
      lookup: { '': 'shop/any', [B]: 'shop/b' },
      data: base64(INDEX),
      mediaType: INDEX_TYPE,
    },
  ],
  [
    'data of several lines end with a line feed',
    `{"type":"blob","refs":["${TO}"],"data":{\n}}`,
    { type: 'blob', refs: [`${TO}@${digestOf('{\n}\n')}`], data: base64('{\n}\n') },
  ],
  [
    'a blob in base64',
    `{"type":"blob","refs":["${TO}@${digestOf('words\n')}"],"data":"${base64('words\n')}"}`,
    { type: 'blob', refs: [`${TO}@${digestOf('words\n')}`], data: base64('words\n') },
  ],
  ...(['manifest', 'blob'] as const).flatMap((type): [string, string, object][] => [
    [
      `a ${type} from the only place`,
      `{"type":"${type}","refs":["${TO}"],"lookup":{"${A}":"shop/a"}}`,
      { type, refs: [`${TO}@${A}`], lookup: { '': 'shop/a', [A]: 'shop/a' }, copyFrom: `shop/a@${A}` },
    ],
    [
      `a ${type} from where everything is, by the digest there`,
      `{"type":"${type}","refs":["${TO}"],"lookup":{"":"shop/a@${A}"}}`,
      { type, refs: [`${TO}@${A}`], lookup: { '': 'shop/a' }, copyFrom: `shop/a@${A}` },
    ],
    [
      `a ${type} from where everything is, by the digest here`,
      `{"type":"${type}","refs":["${TO}@${A}"],"lookup":{"":"shop/a"}}`,
      { type, refs: [`${TO}@${A}`], lookup: { '': 'shop/a' }, copyFrom: `shop/a@${A}` },
    ],
  ]),
  [
    'a tag',
    `{"type":"manifest","refs":["${TO}:1"],"lookup":{"":"shop/a:2"}}`,
    { type: 'manifest', refs: [`${TO}:1`], lookup: { '': 'shop/a:2' }, copyFrom: 'shop/a:2' },
  ],
  [
    'of a tag and a digest the digest',
    `{"type":"manifest","refs":["${TO}:1"],"lookup":{"":"shop/a:2@${A}"}}`,
    { type: 'manifest', refs: [`${TO}:1@${A}`], lookup: { '': 'shop/a' }, copyFrom: `shop/a@${A}` },
  ],
  [
    'the digest of one reference is that of all, and chooses among the places',
    `{"type":"manifest","refs":["${TO}@${A}","other:1"],"lookup":{"${A}":"shop/a","${B}":"shop/b"}}`,
    {
      type: 'manifest',
      refs: [`${TO}@${A}`, `other:1@${A}`],
      lookup: { '': 'shop/a', [B]: 'shop/b', [A]: 'shop/a' },
      copyFrom: `shop/a@${A}`,
    },
  ],
];

suite('inputs are completed', () => {
  for (const [what, raw, normal] of NORMAL) {
    test(what, () => {
      const found = formatDeployInput(normalizeDeployInput(readDeployInput(raw)));
      assert.equal(JSON.stringify(found), JSON.stringify(normal));
      // what a dry run prints can be deployed
      const again = formatDeployInput(normalizeDeployInput(readDeployInput(JSON.stringify(found))));
      assert.deepEqual(again, found);
    });
  }
});

suite('references of an input', () => {
  test('the digest of one is the digest of all', () => {
    const { refs, digest } = readRefs('manifest', [`registry.example/a@${A}`, 'registry.example/b:1', 'c']);
    assert.equal(digest, A);
    assert.deepEqual(
      refs.map(({ registry, repository, tag, digest: own }) => [registry, repository, tag, own]),
      [
        ['registry.example', 'a', null, A],
        ['registry.example', 'b', '1', null],
        ['docker.io', 'library/c', null, null],
      ],
    );
  });

  const wrong: readonly (readonly ['manifest' | 'blob', unknown, RegExp])[] = [
    ['manifest', ['shop/a@sha256-1'], /not a sha256 or sha512 digest/],
    ['manifest', ['-'], /not an image reference/],
    ['manifest', ['shop/a:.1'], /not a tag/],
    ['manifest', ['shop/a?b'], /not an image reference/],
    ['manifest', [`shop/a@${A}`, `shop/a@${B}`], /several digests/],
    ['blob', ['shop/a:1'], /a blob has no tag/],
    ['manifest', [], /no refs/],
    ['manifest', null, /no refs/],
    ['manifest', [7], /7 is not a reference/],
  ];
  for (const [type, refs, message] of wrong) {
    test(JSON.stringify(refs), () => assert.throws(() => readRefs(type, refs), invalid(message)));
  }
});

suite('places to look', () => {
  const table: readonly (readonly [string, object, object, string | null])[] = [
    ['one digest', { [A]: 'shop/a:1' }, { [A]: `shop/a:1@${A}` }, A],
    [
      'several digests',
      { [A]: 'shop/a:1', [B]: 'registry.example/b' },
      { [A]: `shop/a:1@${A}`, [B]: `registry.example/b@${B}` },
      null,
    ],
    ['a fallback', { [FALLBACK]: 'app' }, { [FALLBACK]: 'app' }, null],
    ['a fallback with a digest', { [FALLBACK]: `app@${B}` }, { [FALLBACK]: `app@${B}` }, FALLBACK],
    ['a fallback with a tag', { [FALLBACK]: 'app:1' }, { [FALLBACK]: 'app:1' }, FALLBACK],
    ['nothing', {}, {}, null],
  ];
  for (const [name, value, expected, only] of table) {
    test(name, () => {
      const found = readLookup(value, 'it');
      const places = [...found.lookup].map(([key, place]) => [key, formatDeployReference(place)]);
      assert.deepEqual(Object.fromEntries(places), expected);
      assert.equal(found.only, only);
    });
  }

  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ latest: 'app' }, /"latest" of lookup is not a digest/],
    [{ [A]: '#' }, /not an image reference/],
    [{ [A]: `app@${B}` }, new RegExp(`lookup has ${B} for ${A}`)],
    [['app'], /lookup is not an object/],
    [{ [A]: 7 }, /7 is not a reference/],
  ];
  for (const [value, message] of wrong) {
    test(JSON.stringify(value).slice(0, 40), () =>
      assert.throws(() => readLookup(value, 'it'), invalid(message)),
    );
  }
});

suite('inputs that cannot be deployed', () => {
  const refs = '"refs":["localhost:5000/a"]';
  const table: readonly (readonly [string, RegExp])[] = [
    ['{', /is not JSON/],
    ['{"type":"manifest","type":"blob"}', /twice/],
    [`{"type":"image",${refs}}`, /expected manifest or blob/],
    [`{${refs}}`, /the type is missing/],
    [`{"type":"manifest",${refs}}`, /does not tell what to copy/],
    [`{"type":"manifest",${refs},"lookup":{"":"b"}}`, /does not tell what to copy/],
    [`{"type":"blob",${refs},"lookup":{"":"b:1"}}`, /a blob to copy needs a digest/],
    [`{"type":"manifest",${refs},"data":{"config":{}}}`, /does not say its mediaType/],
    [`{"type":"manifest",${refs},"data":"e30="}`, /does not say its mediaType/],
    [`{"type":"blob","refs":["a@${A}"],"data":"e30="}`, /the data have the digest/],
    [`{"type":"blob",${refs},"data":"e3"}`, /not base64/],
    [
      `{"type":"manifest","refs":["a@${A}"],"lookup":{"":"b@${B}"}}`,
      /is to be deployed, and .* to be copied/,
    ],
  ];
  for (const [text, message] of table) {
    test(text.slice(0, 60), () =>
      assert.throws(() => normalizeDeployInput(readDeployInput(text)), invalid(message)),
    );
  }
});

const indented = (data: string) => withIndentedData({ type: 'blob', refs: [], lookup: {}, data }).data;

test('data are indented by tabs, texts stay', () => {
  assert.equal(indented('{"b":[1,{}],"a":"é"}'), '{\n\t"b": [\n\t\t1,\n\t\t{}\n\t],\n\t"a": "é"\n}');
  assert.equal(indented('"e30="'), '"e30="');
  assert.throws(() => indented('{"size":12345678901234567890}'), invalid(/beyond 2\^53/));
});
