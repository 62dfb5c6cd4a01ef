import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { CREATED, INPUT } from '../../../test/sbom/sample-bill.ts';
import { SbomError } from '../errors.ts';
import { readBill } from '../read-bill.ts';
import { expressionOf } from './licence-elements.ts';
import { indexGraph } from './spdx3-graph.ts';
import { toSpdx3 } from './write-spdx3.ts';

const CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';

const read = (document: object) =>
  readBill(Buffer.from(JSON.stringify({ '@context': CONTEXT, ...document })));

test('elements within each other are read like those that stand in a list', () => {
  const { packages, tool, format } = read({
    type: 'SpdxDocument',
    spdxId: 'urn:d',
    creationInfo: {
      type: 'CreationInfo',
      specVersion: '3.0.1',
      createdBy: [{ type: 'Person', spdxId: 'urn:p', name: 'P' }],
      createdUsing: [{ type: 'Tool', spdxId: 'urn:t', name: 'maker-1.2' }],
    },
    rootElement: { type: 'software_Sbom', spdxId: 'urn:s', rootElement: 'urn:app' },
    element: [
      { type: 'software_Package', spdxId: 'urn:app', name: 'app' },
      {
        type: 'Relationship',
        spdxId: 'urn:r',
        from: {
          type: 'software_Package',
          spdxId: 'urn:a',
          name: 'a',
          software_packageVersion: '1',
          externalIdentifier: {
            type: 'ExternalIdentifier',
            externalIdentifierType: 'packageUrl',
            identifier: 'pkg:npm/a@1',
          },
          originatedBy: {
            type: 'Person',
            spdxId: 'urn:q',
            name: 'Q',
            externalIdentifier: [
              { type: 'ExternalIdentifier', externalIdentifierType: 'email', identifier: 'q@q.example' },
            ],
          },
        },
        relationshipType: 'dependsOn',
        to: [{ type: 'software_Package', spdxId: 'urn:b', name: 'b', software_packageUrl: 'pkg:npm/b@2' }],
      },
      {
        type: 'LifecycleScopedRelationship',
        spdxId: 'urn:x',
        from: 'urn:b',
        relationshipType: 'dependsOn',
        scope: 'test',
        to: ['urn:a'],
      },
    ],
  });
  assert.deepEqual([format, tool], ['SPDX 3.0.1 (JSON-LD)', 'maker 1.2']);
  assert.deepEqual(
    packages.map(({ name, supplier, dependsOn }) => [name, supplier, dependsOn]),
    [
      ['a', 'Q <q@q.example>', ['pkg:npm/b@2']],
      ['b', null, []],
    ],
  );
});

const listed = (name: string) => ({
  type: 'expandedlicensing_ListedLicense',
  spdxId: `https://spdx.org/licenses/${name}`,
});

const all = (...members: readonly object[]) => ({
  type: 'expandedlicensing_ConjunctiveLicenseSet',
  expandedlicensing_member: members,
});

const any = (...members: readonly object[]) => ({
  type: 'expandedlicensing_DisjunctiveLicenseSet',
  expandedlicensing_member: members,
});

describe('licences', () => {
  const cases: readonly (readonly [what: string, element: unknown, expression: string | null])[] = [
    [
      'an expression',
      { type: 'simplelicensing_LicenseExpression', simplelicensing_licenseExpression: 'MIT' },
      'MIT',
    ],
    ['an address of a listed one', 'https://spdx.org/licenses/MIT', 'MIT'],
    ['no assertion', 'https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense', null],
    ['both', all(listed('MIT'), any(listed('Zlib'), listed('ISC'))), 'MIT AND (Zlib OR ISC)'],
    [
      'or later',
      {
        type: 'expandedlicensing_OrLaterOperator',
        expandedlicensing_subjectLicense: listed('LGPL-2.1-only'),
      },
      'LGPL-2.1-only+',
    ],
    [
      'with an exception',
      {
        type: 'expandedlicensing_WithAdditionOperator',
        expandedlicensing_subjectExtendableLicense: listed('GPL-3.0-only'),
        expandedlicensing_subjectAddition: {
          type: 'expandedlicensing_ListedLicenseException',
          name: 'GCC-exception-3.1',
        },
      },
      'GPL-3.0-only WITH GCC-exception-3.1',
    ],
    [
      'one of the document',
      { type: 'expandedlicensing_CustomLicense', spdxId: 'urn:x#LicenseRef-a', name: 'A' },
      'LicenseRef-a',
    ],
  ];
  for (const [what, element, expression] of cases) {
    test(what, () => {
      const graph = indexGraph({ '@graph': [element] });
      assert.equal(expressionOf(element, graph)?.expression ?? null, expression);
    });
  }

  test('a licence that is made of itself has an end', () => {
    const circle = { ...all(), spdxId: 'urn:c', expandedlicensing_member: ['urn:c', 'urn:c', 'urn:c'] };
    const graph = indexGraph({ '@graph': [circle] });
    assert.equal(expressionOf('urn:c', graph), null);
  });
});

describe('bad input', () => {
  test('depth costs no stack', () => {
    const depth = 100_000;
    const text = `{"@context":"${CONTEXT}","@graph":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    assert.deepEqual(readBill(Buffer.from(text)).packages, []);
  });

  test('any field with any value', () => {
    const document = toSpdx3(INPUT, { created: CREATED });
    const graph = document['@graph'];
    const change = fc.record({
      at: fc.nat(graph.length - 1),
      field: fc.constantFrom(...new Set(graph.flatMap((element) => Object.keys(element)))),
      value: fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(...graph.flatMap(({ spdxId }) => spdxId ?? [])),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const changed = graph.map((element, index) =>
          Object.fromEntries([
            ...Object.entries(element),
            ...changes
              .filter(({ at }) => at === index)
              .map(({ field, value }): [string, unknown] => [field, value]),
          ]),
        );
        try {
          readBill(Buffer.from(JSON.stringify({ ...document, '@graph': changed })));
        } catch (error) {
          assert.ok(error instanceof SbomError, String(error));
        }
      }),
      { numRuns: 200 },
    );
  });
});
