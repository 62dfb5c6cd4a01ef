import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../../test/cpu-time.ts';
import { CREATED, INPUT } from '../../../test/sbom/sample-bill.ts';
import { SbomError } from '../errors.ts';
import { readBill } from '../read-bill.ts';
import { isTagValue, parseTagValue } from './read-tag-value.ts';
import { toSpdx2 } from './write-spdx2.ts';
import { formatTagValue } from './write-tag-value.ts';

test('what begins as a document does', () => {
  for (const [text, expected] of [
    ['SPDXVersion: SPDX-2.3\n', true],
    ['# written by hand\n\n  SPDXVersion: SPDX-2.2', true],
    ['PackageName: a\nSPDXVersion: SPDX-2.3', false],
    ['', false],
    ['#\n'.repeat(100_000), false],
  ] as const) {
    assert.equal(isTagValue(text), expected, text.slice(0, 30));
  }
});

test('elements, and what is said of each', () => {
  const document = parseTagValue(`SPDXVersion: SPDX-2.3
DocumentName: x
SPDXID: SPDXRef-DOCUMENT
Creator: Tool: t-1
Creator: Person: P

## a package, with a comment of ours
PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1.0
PackageChecksum: SHA1: aa
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1.0
PackageDescription: <text>one
PackageName: not a package
three</text>
PackageSomething: else

FileName: ./a/b
SPDXID: SPDXRef-f
FileComment: <text>layerID: sha256:aa</text>

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
RelationshipComment: because
LicenseID: LicenseRef-1
ExtractedText: <text>do as
you like</text>
LicenseName: mine
Annotator: Tool: t-1
AnnotationDate: 2026-01-01T00:00:00Z
AnnotationComment: <text>{}</text>
AnnotationType: OTHER
SPDXREF: SPDXRef-a
`);
  const [pkg] = document['packages'] as Record<string, unknown>[];
  assert.deepEqual(pkg, {
    name: 'a',
    SPDXID: 'SPDXRef-a',
    versionInfo: '1.0',
    checksums: [{ algorithm: 'SHA1', checksumValue: 'aa' }],
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:npm/a@1.0' },
    ],
    description: 'one\nPackageName: not a package\nthree',
    annotations: [{ annotator: 'Tool: t-1', comment: '{}', subject: 'SPDXRef-a' }],
  });
  assert.deepEqual(document['creationInfo'], { creators: ['Tool: t-1', 'Person: P'] });
  assert.deepEqual(
    (document['relationships'] as Record<string, unknown>[]).map(
      ({ spdxElementId, relationshipType, relatedSpdxElement, comment }) =>
        [spdxElementId, relationshipType, relatedSpdxElement, comment].join(' ').trim(),
    ),
    ['SPDXRef-DOCUMENT DESCRIBES SPDXRef-a because', 'SPDXRef-a CONTAINS SPDXRef-f'],
  );
  assert.deepEqual(document['hasExtractedLicensingInfos'], [
    { licenseId: 'LicenseRef-1', extractedText: 'do as\nyou like', name: 'mine' },
  ]);
});

describe('bad input', () => {
  test('a text without end is refused', () => {
    assert.throws(
      () => parseTagValue('SPDXVersion: SPDX-2.3\nPackageName: a\nPackageComment: <text>no end\n'),
      (error) => error instanceof SbomError && error.code === 'SBOM_UNREADABLE',
    );
  });

  test('lines of white space and colons cost no more than their length', () => {
    const long = ' '.repeat(2_000_000);
    const spent = startCpuTime();
    parseTagValue(`SPDXVersion: SPDX-2.3\nPackageName:${long}x\n${long}:\n${':'.repeat(2_000_000)}`);
    assert.ok(spent() < LITTLE);
  });

  test('names of object members are text', () => {
    const { packages } = readBill(
      Buffer.from('SPDXVersion: SPDX-2.3\nPackageName: __proto__\nSPDXID: __proto__\nPackageVersion: 1\n'),
    );
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['__proto__'],
    );
  });

  test('a bill cut short or with lines out of order is read as far as it goes, or refused by name', () => {
    const lines = formatTagValue(toSpdx2(INPUT, { created: CREATED }, '2.3')).split('\n');
    const pieces = fc.array(fc.oneof(fc.constantFrom(...lines), fc.string({ maxLength: 20 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(pieces, fc.nat(500), (found, cut) => {
        const text = `SPDXVersion: SPDX-2.3\n${found.join('\n')}`;
        try {
          readBill(Buffer.from(text.slice(0, text.length - cut) || 'SPDXVersion:'));
        } catch (error) {
          assert.ok(error instanceof SbomError, String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});
