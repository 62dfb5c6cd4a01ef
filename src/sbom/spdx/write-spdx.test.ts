import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { billInput, hostileText } from '../../../test/sbom/arbitrary-bill.ts';
import { CREATED, IMAGE, INPUT, LAYER, LIBSSL, MANIFEST } from '../../../test/sbom/sample-bill.ts';
import { compileSchema, compileSchema2020 } from '../../../test/sbom/schemas.ts';
import type { BillInput, BillOptions } from '../bill.ts';
import { SPDX2_VERSIONS, type Spdx2Version } from './spdx2-document.ts';
import { toSpdx2 } from './write-spdx2.ts';
import { type Spdx3Element, toSpdx3 } from './write-spdx3.ts';
import { formatTagValue } from './write-tag-value.ts';

const OPTIONS: BillOptions = { created: CREATED };

const WRITERS = {
  'spdx-2.2': (input: BillInput, options = OPTIONS) => toSpdx2(input, options, '2.2'),
  'spdx-2.3': (input: BillInput, options = OPTIONS) => toSpdx2(input, options, '2.3'),
  'spdx-3.0.1': (input: BillInput, options = OPTIONS) => toSpdx3(input, options),
};

describe('the official schemas', () => {
  for (const [schema, write] of Object.entries(WRITERS)) {
    const validate = schema === 'spdx-3.0.1' ? compileSchema2020(schema) : compileSchema(schema);
    const assertValid = (document: object) =>
      assert.ok(
        validate(JSON.parse(JSON.stringify(document))),
        JSON.stringify(validate.errors?.slice(0, 3), null, 1),
      );

    test(`${schema}: a bill, with and without files and distribution`, () => {
      for (const files of [false, true]) assertValid(write(INPUT, { ...OPTIONS, files }));
      const root = {
        ...IMAGE,
        reference: 'dir:/',
        kind: 'root-file-system' as const,
        digest: null,
        layers: [],
      };
      assertValid(write({ ...INPUT, image: root, distribution: null, packages: [] }));
    });

    test(`${schema}: whatever the image says`, () => {
      fc.assert(
        fc.property(billInput(hostileText()), (input) =>
          assertValid(write(input, { ...OPTIONS, files: true })),
        ),
        { numRuns: schema === 'spdx-3.0.1' ? 30 : 50 },
      );
    });
  }
});

function element(name: string, version: Spdx2Version = '2.3') {
  const found = toSpdx2(INPUT, OPTIONS, version).packages.find((candidate) => candidate.name === name);
  assert.ok(found, `${name} is missing`);
  return found;
}

describe('SPDX 2', () => {
  test('a package keeps all that is known of it', () => {
    const { SPDXID, annotations, ...rest } = element('libssl3');
    const { hasExtractedLicensingInfos = [] } = toSpdx2(INPUT, OPTIONS, '2.3');
    const [artistic, gpl] = hasExtractedLicensingInfos.map(({ licenseId }) => licenseId);
    assert.match(artistic ?? '', /^LicenseRef-Artistic-or-GPL-1-[0-9a-f]{16}$/);
    assert.match(SPDXID, /^SPDXRef-Package-deb-libssl3-[0-9a-f]{16}$/);
    assert.deepEqual(rest, {
      name: 'libssl3',
      versionInfo: '3.0.15-1~deb12u1',
      supplier: 'Person: Debian OpenSSL Team (pkg-openssl-devel@alioth-lists.debian.net)',
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      checksums: [{ algorithm: 'SHA1', checksumValue: 'd'.repeat(40) }],
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: `Apache-2.0 AND ${artistic} AND ${gpl}`,
      copyrightText: 'NOASSERTION',
      homepage: 'https://www.openssl.org/',
      sourceInfo: `found in /var/lib/dpkg/status (layer ${LAYER}, build step 0)`,
      description: 'Secure Sockets Layer toolkit - shared libraries',
      primaryPackagePurpose: 'LIBRARY',
      externalRefs: [
        { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: LIBSSL.purl },
        ...LIBSSL.cpes.map((referenceLocator) => ({
          referenceCategory: 'SECURITY',
          referenceType: referenceLocator.startsWith('cpe:2.3:') ? 'cpe23Type' : 'cpe22Type',
          referenceLocator,
        })),
      ],
    });
    assert.deepEqual(JSON.parse(annotations?.[0]?.comment ?? ''), {
      'hallmark:type': 'deb',
      'hallmark:presence': 'installed',
      'hallmark:cataloger': 'test',
      'hallmark:id': LIBSSL.id,
      'hallmark:architecture': 'amd64',
      'hallmark:source:name': 'openssl',
      'hallmark:source:version': '3.0.15-1~deb12u1',
      'hallmark:layer': LAYER,
      'hallmark:evidence': JSON.stringify(LIBSSL.evidence[0]),
      'hallmark:dependency': ['debconf', 'libc6'],
    });
  });

  test('relationships, source packages and licences of the document', () => {
    const document = toSpdx2(INPUT, OPTIONS, '2.3');
    const nameOf = new Map(document.packages.map(({ SPDXID, name }) => [SPDXID, name]));
    const relations = document.relationships.map(
      ({ spdxElementId, relationshipType, relatedSpdxElement }) =>
        `${nameOf.get(spdxElementId) ?? spdxElementId} ${relationshipType} ${nameOf.get(relatedSpdxElement) ?? ''}`,
    );
    for (const expected of [
      'SPDXRef-DOCUMENT DESCRIBES docker.io/library/debian',
      'docker.io/library/debian CONTAINS debian',
      'docker.io/library/debian CONTAINS libssl3',
      'libssl3 DEPENDS_ON libc6',
      'libssl3 GENERATED_FROM openssl',
      'libssl3 CONTAINS @babel/core',
      '@babel/core DEPENDS_ON debug',
    ]) {
      assert.ok(relations.includes(expected), `${expected} is missing in\n${relations.join('\n')}`);
    }
    assert.equal(
      element('openssl').externalRefs?.[0]?.referenceLocator,
      'pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=source&distro=debian-12',
    );
    assert.equal(element('@babel/core').licenseDeclared, 'MIT OR Apache-2.0');
    assert.equal(element('@babel/core').originator, 'Organization: The Babel Team (https://babel.dev/team)');
    assert.equal(element('libc6').licenseDeclared, 'NOASSERTION');
    assert.equal(element('docker.io/library/debian').versionInfo, MANIFEST);
    assert.deepEqual(
      document.hasExtractedLicensingInfos?.map(({ extractedText }) => extractedText),
      ['Artistic or GPL-1+', 'GPL-1+'],
    );
  });

  test('a licence expression that is known goes before what was declared', () => {
    const licensed = { ...LIBSSL, licenceExpression: 'Apache-2.0 AND GPL-1.0-or-later' };
    const { packages } = toSpdx2({ ...INPUT, packages: [licensed] }, OPTIONS, '2.3');
    const written = packages.find(({ name }) => name === 'libssl3');
    assert.equal(written?.licenseDeclared, 'Apache-2.0 AND GPL-1.0-or-later');
  });

  test('2.2 has no purposes and another spelling', () => {
    assert.equal(element('libssl3', '2.2').primaryPackagePurpose, undefined);
    assert.equal(element('libssl3', '2.2').externalRefs?.[0]?.referenceCategory, 'PACKAGE_MANAGER');
    for (const version of SPDX2_VERSIONS) {
      const document = toSpdx2(INPUT, OPTIONS, version);
      assert.equal(document.spdxVersion, `SPDX-${version}`);
      assert.ok(formatTagValue(document).includes('\nExternalRef: PACKAGE-MANAGER purl pkg:'));
    }
  });

  test('tag-value: a line a fact, texts of several lines in brackets', () => {
    const described = { ...LIBSSL, description: 'one\ntwo' };
    const text = formatTagValue(toSpdx2({ ...INPUT, packages: [described] }, OPTIONS, '2.3'));
    assert.ok(text.startsWith('SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\n'));
    assert.ok(text.includes('\nPackageDescription: <text>one\ntwo</text>\n'));
    assert.ok(text.includes('\nPrimaryPackagePurpose: OPERATING-SYSTEM\n'));
    assert.ok(text.includes(`\nPackageChecksum: SHA1: ${'d'.repeat(40)}\n`));
  });
});

describe('SPDX 3', () => {
  const graph = toSpdx3(INPUT, OPTIONS)['@graph'];
  const ofType = (type: string) => graph.filter((candidate) => candidate.type === type);
  const named = (name: string) => {
    const found = graph.find((candidate) => candidate['name'] === name);
    assert.ok(found, `${name} is missing`);
    return found;
  };
  const relationsFrom = ({ spdxId }: Spdx3Element) =>
    Object.fromEntries(
      ofType('Relationship')
        .filter(({ from }) => from === spdxId)
        .map(({ relationshipType, to }) => [relationshipType, to]),
    );

  test('identifiers are addresses below that of the document, each there once, and all are listed', () => {
    const [document] = ofType('SpdxDocument');
    const namespace = document?.spdxId?.replace(/#.*$/, '#') ?? '';
    assert.match(namespace, /^https:\/\/spdx\.org\/spdxdocs\/docker\.io-library-debian-[0-9a-f-]{36}#$/);
    const ids = graph.flatMap(({ spdxId }) => spdxId ?? []);
    assert.ok(ids.every((id) => id.startsWith(namespace)));
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      new Set([document?.spdxId, ...((document?.['element'] ?? []) as string[])]),
      new Set(ids),
    );
  });

  test('every reference leads to an element', () => {
    const ids = new Set(graph.flatMap(({ spdxId }) => spdxId ?? []));
    const references = graph.flatMap((found) =>
      ['from', 'to', 'subject', 'suppliedBy', 'originatedBy', 'rootElement', 'dataLicense'].flatMap(
        (field) => (found[field] ?? []) as string | string[],
      ),
    );
    for (const reference of references.flat()) assert.ok(ids.has(reference), reference);
  });

  test('packages, their makers, licences and what they need', () => {
    const libssl = named('libssl3');
    assert.equal(libssl['software_packageUrl'], LIBSSL.purl);
    assert.equal(libssl['software_packageVersion'], LIBSSL.version);
    assert.deepEqual(libssl['verifiedUsing'], [
      { type: 'Hash', algorithm: 'sha1', hashValue: 'd'.repeat(40) },
    ]);
    const maker = named('Debian OpenSSL Team');
    assert.deepEqual([maker.type, libssl['suppliedBy']], ['Person', maker.spdxId]);
    const { dependsOn, contains, hasDeclaredLicense } = relationsFrom(libssl);
    assert.deepEqual(dependsOn, [named('libc6').spdxId]);
    assert.deepEqual(contains, [named('@babel/core').spdxId]);
    const licence = graph.find(({ spdxId }) => spdxId === String(hasDeclaredLicense));
    assert.match(
      String(licence?.['simplelicensing_licenseExpression']),
      /^Apache-2\.0 AND LicenseRef-Artistic/,
    );
    const custom = licence?.['simplelicensing_customIdToUri'];
    assert.ok(Array.isArray(custom) && custom.length === 2);
    assert.deepEqual(relationsFrom(named('openssl')), { generates: [libssl.spdxId] });
    assert.equal(named('debian')['software_primaryPurpose'], 'operatingSystem');
  });
});

function identity(input: BillInput, created = CREATED): readonly unknown[] {
  return [
    toSpdx2(input, { created }, '2.3').documentNamespace,
    toSpdx3(input, { created })['@graph'][1]?.spdxId,
  ];
}

test('other input has another identity, another time has not', () => {
  const fewer = { ...INPUT, packages: INPUT.packages.slice(1) };
  assert.deepEqual(identity(INPUT), identity(INPUT, '2027-01-01T00:00:00Z'));
  for (const [index, other] of identity(fewer).entries()) assert.notEqual(other, identity(INPUT)[index]);
});
