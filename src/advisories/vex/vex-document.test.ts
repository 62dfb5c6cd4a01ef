import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { readVexDocument } from './vex-document.ts';
import type { VexDocument } from './vex-statement.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures');
const READING = { source: 'file', now: new Date('2026-11-21T00:00:00Z') };

const fixture = (path: string) => JSON.parse(readFileSync(join(FIXTURES, path), 'utf8')) as unknown;

function read(value: unknown): VexDocument {
  const document = readVexDocument(value, READING);
  assert.ok(document !== null);
  return document;
}

const openVex = (statement: object, document: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.com/vex/1',
  author: 'Example',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2024-1' },
      products: [{ '@id': 'pkg:npm/a@1' }],
      status: 'fixed',
      ...statement,
    },
  ],
  ...document,
});

const CYCLONEDX = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
  metadata: {
    timestamp: '2026-01-01T00:00:00Z',
    supplier: { name: 'Example' },
    component: {
      type: 'container',
      'bom-ref': 'image',
      name: 'app',
      purl: 'pkg:oci/app?repository_url=ghcr.io/example/app',
    },
  },
  components: [
    {
      type: 'library',
      'bom-ref': 'outer',
      name: 'outer',
      components: [{ type: 'library', 'bom-ref': 'lib', name: 'lib', purl: 'pkg:npm/lib@1.0.0' }],
    },
  ],
  vulnerabilities: [
    {
      id: 'CVE-2024-1',
      references: [{ id: 'GHSA-aaaa-bbbb-cccc' }],
      analysis: { state: 'not_affected', justification: 'code_not_reachable', detail: 'Dead\ncode.' },
      affects: [{ ref: 'lib' }],
    },
  ],
};

test('OpenVEX 0.2.0: identifiers, digests, subcomponents, aliases, the later of two dates', () => {
  const document = read(
    openVex({
      vulnerability: {
        '@id': 'https://nvd.nist.gov/vuln/detail/CVE-2024-1',
        name: 'CVE-2024-1',
        aliases: ['GHSA-aaaa-bbbb-cccc', 'https://ubuntu.com/security/notices/USN-6429-1'],
      },
      last_updated: '2026-02-01T00:00:00Z',
      status: 'not_affected',
      justification: 'component_not_present',
      impact_statement: 'It is\u001b[31m not\nbuilt in.',
      products: [
        {
          '@id': 'pkg:oci/app@sha256:aa',
          identifiers: { cpe23: 'cpe:2.3:a:example:app:1:*:*:*:*:*:*:*' },
          hashes: { 'sha-256': 'A'.repeat(64), md5: 'x' },
          subcomponents: [{ '@id': 'pkg:npm/lodash' }],
        },
      ],
    }),
  );
  assert.deepEqual(document, {
    format: 'OpenVEX 0.2.0',
    id: 'https://example.com/vex/1',
    author: 'Example',
    faults: [],
    statements: [
      {
        document: 'https://example.com/vex/1',
        source: 'file',
        author: 'Example',
        modified: '2026-02-01T00:00:00Z',
        flaws: ['CVE-2024-1', 'GHSA-aaaa-bbbb-cccc', 'USN-6429-1'],
        status: 'not_affected',
        justification: 'component_not_present',
        note: 'It is [31m not built in.',
        products: [
          {
            identifiers: ['pkg:oci/app@sha256:aa', 'cpe:2.3:a:example:app:1:*:*:*:*:*:*:*'],
            digests: [`sha256:${'a'.repeat(64)}`],
            subcomponents: [['pkg:npm/lodash']],
          },
        ],
      },
    ],
  });
});

test('OpenVEX 0.0.1: a vulnerability and products are texts, subcomponents belong to the statement', () => {
  const { statements } = read(
    openVex(
      { vulnerability: 'CVE-2024-1', products: ['pkg:oci/app'], subcomponents: ['pkg:npm/lodash@4'] },
      { '@context': 'https://openvex.dev/ns' },
    ),
  );
  assert.deepEqual(statements[0]?.flaws, ['CVE-2024-1']);
  assert.deepEqual(statements[0]?.products, [
    { identifiers: ['pkg:oci/app'], digests: [], subcomponents: [['pkg:npm/lodash@4']] },
  ]);
});

test('subcomponents that are no list make the statement narrower, never wider', () => {
  const { statements } = read(openVex({ products: [{ '@id': 'pkg:oci/app', subcomponents: 'pkg:npm/a' }] }));
  assert.deepEqual(statements[0]?.products[0]?.subcomponents, [[]]);
});

test('one broken statement of OpenVEX is one fault', () => {
  const cases: readonly (readonly [statement: object, fault: RegExp])[] = [
    [{ vulnerability: {} }, /^statement 1: it names no vulnerability$/],
    [{ status: 'wontfix' }, /^statement 1: "wontfix" is no status of OpenVEX$/],
    [{ justification: 'because' }, /^statement 1: "because" is no justification of OpenVEX$/],
    [{ products: [] }, /^statement 1: it names no product$/],
    [{ products: [{ '@id': 'a b' }] }, /^statement 1: no name of its products can be read$/],
    [{ products: 'pkg:npm/a' }, /^statement 1: it names no product$/],
  ];
  for (const [statement, fault] of cases) {
    const { statements, faults } = read(openVex(statement));
    assert.equal(statements.length, 0);
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', fault);
  }
});

test("a date in the future is none: it would outrank its author's later statements", () => {
  const { statements } = read(openVex({ timestamp: '2999-01-01T00:00:00Z' }));
  assert.equal(statements[0]?.modified, '2026-01-01T00:00:00Z', "the document's");
});

test('CSAF VEX: a package as a part of a product, with the flag as justification (Red Hat CVE-2023-42670)', () => {
  const { format, id, author, statements, faults } = read(fixture('vex/redhat-cve-2023-42670.json'));
  assert.deepEqual(
    [format, id, author, faults],
    ['CSAF 2.0', 'CVE-2023-42670', 'Red Hat Product Security', []],
  );
  assert.equal(statements.length, 1);
  const [statement] = statements;
  assert.equal(statement?.status, 'not_affected');
  assert.equal(statement?.justification, 'vulnerable_code_not_present');
  assert.equal(statement?.flaws[0], 'CVE-2023-42670');
  assert.deepEqual(statement?.products[1], {
    identifiers: ['cpe:/o:redhat:enterprise_linux:9'],
    digests: [],
    subcomponents: [['pkg:rpm/redhat/libsmbclient']],
  });
});

test('a CSAF document that is no VEX is none, one that breaks the schema is a fault', () => {
  const value = fixture('vex/redhat-cve-2023-42670.json') as { document: { category: string } };
  assert.equal(
    readVexDocument({ ...value, document: { ...value.document, category: 'csaf_base' } }, READING),
    null,
  );
  const broken = read({ ...value, vulnerabilities: 'none' });
  assert.equal(broken.statements.length, 0);
  assert.match(broken.faults[0] ?? '', /^vulnerabilities: /);
});

test('CycloneDX: the component in what the bill is about, words translated', () => {
  const { format, author, statements, faults } = read(CYCLONEDX);
  assert.deepEqual([format, author, faults], ['CycloneDX 1.6', 'Example', []]);
  assert.deepEqual(statements, [
    {
      document: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
      source: 'file',
      author: 'Example',
      modified: '2026-01-01T00:00:00Z',
      flaws: ['CVE-2024-1', 'GHSA-aaaa-bbbb-cccc'],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      note: 'Dead code.',
      products: [
        {
          identifiers: ['pkg:oci/app?repository_url=ghcr.io/example/app'],
          digests: [],
          subcomponents: [['pkg:npm/lib@1.0.0']],
        },
      ],
    },
  ]);
});

/** The document with another target, in a bill about nothing that has a name. */
const affecting = (target: object) =>
  read({
    ...CYCLONEDX,
    metadata: {},
    vulnerabilities: [{ ...CYCLONEDX.vulnerabilities[0], affects: [target] }],
  });

test('CycloneDX: the forms of a reference and of versions', () => {
  const cases: readonly (readonly [affects: object, identifiers: readonly string[]])[] = [
    [{ ref: 'lib' }, ['pkg:npm/lib@1.0.0']],
    [{ ref: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#lib' }, ['pkg:npm/lib@1.0.0']],
    [{ ref: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2Fb%402' }, ['pkg:npm/b@2']],
    [{ ref: 'pkg:npm/c@3' }, ['pkg:npm/c@3']],
    [
      { ref: 'lib', versions: [{ version: '2.0.0', status: 'unaffected' }, { version: '3.0.0' }] },
      ['pkg:npm/lib@2.0.0'],
    ],
    [{ ref: 'lib', versions: [{ range: 'vers:npm/<3', status: 'unaffected' }] }, []],
    [{ ref: 'nowhere' }, []],
    [{ ref: 'outer' }, []],
  ];
  for (const [affects, identifiers] of cases) {
    const { statements, faults } = affecting(affects);
    assert.deepEqual(statements[0]?.products[0]?.identifiers ?? [], identifiers, JSON.stringify(affects));
    assert.equal(faults.length, identifiers.length === 0 ? 1 : 0);
  }
});

test('a bill of materials with vulnerabilities that nobody analysed states nothing', () => {
  const { statements, faults } = read({ ...CYCLONEDX, vulnerabilities: [{ id: 'CVE-2024-1' }] });
  assert.deepEqual([statements, faults], [[], []]);
});

const REPLACEMENTS: readonly unknown[] = [
  null,
  '',
  0,
  true,
  [],
  {},
  '\u0000',
  'x'.repeat(3000),
  [[[]]],
  [{}],
];

function replaceOne(value: unknown, at: { steps: number }, replacement: unknown): unknown {
  if (at.steps-- === 0) return replacement;
  if (Array.isArray(value)) return value.map((item) => replaceOne(item, at, replacement));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceOne(item, at, replacement)]),
  );
}

test('a document with one value replaced is read in part or not, never an exception, and keeps no control characters', () => {
  const documents = [
    fixture('advisories/openvex/dhi-minio.vex.json'),
    fixture('vex/redhat-cve-2023-42670.json'),
    CYCLONEDX,
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.nat(200),
      fc.constantFrom(...REPLACEMENTS),
      (document, steps, replacement) => {
        const found = readVexDocument(replaceOne(document, { steps }, replacement), READING);
        assert.doesNotMatch(JSON.stringify(found ?? {}), /(?<!\\)\\u00[01]/);
      },
    ),
    { numRuns: 300 },
  );
});

test('branches without end and products beyond the bounds are faults', () => {
  let branch: object = { category: 'vendor', name: 'x', branches: [] };
  for (let depth = 0; depth < 100; depth += 1) branch = { category: 'vendor', name: 'x', branches: [branch] };
  const value = fixture('vex/redhat-cve-2023-42670.json') as object;
  assert.match(read({ ...value, product_tree: { branches: [branch] } }).faults[0] ?? '', /nested deeper/);
  const products = Array.from({ length: 50_001 }, () => 'pkg:npm/a');
  assert.match(read(openVex({ products })).faults[0] ?? '', /more than 50000 products/);
});
