import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { billInput, hostileText } from '../../../test/sbom/arbitrary-bill.ts';
import {
  BABEL,
  CREATED,
  DEBUG_2,
  DEBUG_4,
  IMAGE,
  INPUT,
  LAYER,
  LIBC,
  LIBSSL,
  MANIFEST,
} from '../../../test/sbom/sample-bill.ts';
import { compileSchema } from '../../../test/sbom/schemas.ts';
import type { AssessedImage } from '../../model/assessment.ts';
import type { BillInput } from '../bill.ts';
import type { CycloneDxDocument } from './document.ts';
import { CYCLONEDX_VERSIONS, type CycloneDxVersion } from './specification.ts';
import { toCycloneDx } from './write-document.ts';

const REFERENCES = ['spdx', 'jsf-0.82', 'cryptography-defs'];
const validators = new Map(
  CYCLONEDX_VERSIONS.map((version) => [version, compileSchema(`bom-${version}`, ...REFERENCES)]),
);

function assertValid(document: CycloneDxDocument): void {
  const validate = validators.get(document.specVersion);
  assert.ok(validate);
  assert.ok(
    validate(JSON.parse(JSON.stringify(document))),
    JSON.stringify(validate.errors?.slice(0, 3), null, 1),
  );
}

const OPTIONS = { created: CREATED };

function component(name: string, version?: CycloneDxVersion) {
  const found = toCycloneDx(INPUT, OPTIONS, version).components.find((candidate) => candidate.name === name);
  assert.ok(found, `${name} is missing`);
  return found;
}

for (const version of CYCLONEDX_VERSIONS) {
  describe(`CycloneDX ${version}`, () => {
    test('passes the official schema, with and without files', () => {
      assertValid(toCycloneDx(INPUT, OPTIONS, version));
      assertValid(toCycloneDx(INPUT, { ...OPTIONS, files: true }, version));
    });

    test('passes it whatever the image says', () => {
      fc.assert(
        fc.property(billInput(hostileText()), (input) => {
          assertValid(toCycloneDx(input, { ...OPTIONS, files: true }, version));
        }),
        { numRuns: 25 },
      );
    });
  });
}

test('a package keeps all that is known of it, nothing of it twice', () => {
  assert.deepEqual(component('libssl3'), {
    type: 'library',
    'bom-ref': LIBSSL.id,
    supplier: {
      name: 'Debian OpenSSL Team',
      contact: [{ name: 'Debian OpenSSL Team', email: 'pkg-openssl-devel@alioth-lists.debian.net' }],
    },
    name: 'libssl3',
    version: '3.0.15-1~deb12u1',
    description: 'Secure Sockets Layer toolkit - shared libraries',
    hashes: [{ alg: 'SHA-1', content: 'd'.repeat(40) }],
    licenses: [
      { license: { acknowledgement: 'declared', id: 'Apache-2.0' } },
      { license: { acknowledgement: 'declared', name: 'Artistic or GPL-1+' } },
      { license: { acknowledgement: 'declared', name: 'GPL-1+' } },
    ],
    cpe: 'cpe:2.3:a:openssl:openssl:3.0.15:*:*:*:*:*:*:*',
    purl: 'pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=amd64&distro=debian-12',
    externalReferences: [{ type: 'website', url: 'https://www.openssl.org/' }],
    evidence: {
      identity: [
        {
          field: 'purl',
          concludedValue: 'pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=amd64&distro=debian-12',
        },
        { field: 'cpe', concludedValue: 'cpe:/a:openssl:openssl:3.0.15' },
      ],
      occurrences: [{ location: '/var/lib/dpkg/status', additionalContext: `layer ${LAYER}, build step 0` }],
    },
    properties: [
      { name: 'hallmark:type', value: 'deb' },
      { name: 'hallmark:presence', value: 'installed' },
      { name: 'hallmark:cataloger', value: 'test' },
      { name: 'hallmark:architecture', value: 'amd64' },
      { name: 'hallmark:source:name', value: 'openssl' },
      { name: 'hallmark:source:version', value: '3.0.15-1~deb12u1' },
      { name: 'hallmark:layer', value: LAYER },
      { name: 'hallmark:dependency', value: 'debconf' },
      { name: 'hallmark:dependency', value: 'libc6' },
    ],
  });
});

test('what a version has no field for is a property', () => {
  const names = (version: CycloneDxVersion) =>
    component('libssl3', version).properties?.map(({ name }) => name) ?? [];
  assert.ok(!names('1.6').includes('hallmark:evidence'));
  for (const version of ['1.4', '1.5'] as const) {
    assert.ok(names(version).includes('hallmark:evidence'), version);
    assert.ok(names(version).includes('hallmark:cpe'), version);
  }
  assert.equal(component('core', '1.5').author, 'The Babel Team (https://babel.dev/team)');
  assert.deepEqual(component('core', '1.4').evidence, {
    licenses: [{ license: { id: 'MIT' } }, { license: { id: 'Apache-2.0' } }],
  });
});

test('image, distribution, scope, author and expression have their fields', () => {
  const document = toCycloneDx(INPUT, OPTIONS);
  const image = document.metadata.component;
  assert.equal(image.type, 'container');
  assert.equal(image.name, 'docker.io/library/debian');
  assert.equal(
    image.purl,
    `pkg:oci/debian@${MANIFEST}?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&tag=12`,
  );
  const system = document.components[0];
  assert.deepEqual([system?.type, system?.name, system?.version], ['operating-system', 'debian', '12']);
  const core = component('core');
  assert.equal(core.group, '@babel');
  assert.deepEqual(core.authors, [{ name: 'The Babel Team (https://babel.dev/team)' }]);
  assert.deepEqual(core.licenses, [{ expression: 'MIT OR Apache-2.0', acknowledgement: 'declared' }]);
  assert.equal(core.externalReferences, undefined);
  assert.ok(
    core.properties?.some(({ name, value }) => name === 'hallmark:homepage' && value === BABEL.homepage),
  );
});

function licencesOf(licences: string[], licenceExpression: string | null, version: CycloneDxVersion) {
  const packages = [{ ...LIBC, licences, licenceExpression }];
  const [, found] = toCycloneDx({ ...INPUT, packages }, OPTIONS, version).components;
  return found?.licenses;
}

describe('licences', () => {
  const acknowledgement = 'declared';

  test('an expression that was made of the declarations goes before them', () => {
    assert.deepEqual(licencesOf(['GPL-2+', 'MIT'], 'GPL-2.0-or-later AND MIT', '1.6'), [
      { expression: 'GPL-2.0-or-later AND MIT', acknowledgement },
    ]);
    assert.deepEqual(licencesOf(['mit'], 'MIT', '1.5'), [{ license: { id: 'MIT' } }]);
  });

  test('an expression among others is a name until CycloneDX 1.7', () => {
    const declared = ['MIT OR Zlib', 'MIT'];
    assert.deepEqual(licencesOf(declared, null, '1.6'), [
      { license: { acknowledgement, name: 'MIT OR Zlib' } },
      { license: { acknowledgement, id: 'MIT' } },
    ]);
    assert.deepEqual(licencesOf(declared, null, '1.7'), [
      { expression: 'MIT OR Zlib', acknowledgement },
      { license: { acknowledgement, id: 'MIT' } },
    ]);
  });
});

test('dependencies lead to components of the document', () => {
  const document = toCycloneDx(INPUT, OPTIONS);
  const of = (ref: string) => document.dependencies.find((entry) => entry.ref === ref)?.dependsOn;
  assert.deepEqual(of(LIBSSL.id), [LIBC.id]);
  assert.deepEqual(of(BABEL.id), [DEBUG_4.id]);
  assert.deepEqual(of(DEBUG_2.id), []);
  assert.equal(of(document.metadata.component['bom-ref'])?.length, document.components.length);
  const refs = new Set(document.dependencies.map(({ ref }) => ref));
  for (const { dependsOn } of document.dependencies)
    for (const ref of dependsOn) assert.ok(refs.has(ref), ref);
});

function serial(input: BillInput, created = CREATED, version?: CycloneDxVersion): string {
  return toCycloneDx(input, { created }, version).serialNumber;
}

test('other input has another serial number, another time has not', () => {
  const fewer = { ...INPUT, packages: INPUT.packages.slice(1) };
  assert.equal(serial(INPUT), serial(INPUT, '2027-01-01T00:00:00Z'));
  assert.notEqual(serial(INPUT), serial(fewer));
  assert.notEqual(serial(INPUT), serial(INPUT, CREATED, '1.5'));
  assert.match(
    serial(INPUT),
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('what was not seen is said in the document', () => {
  const coverage = [{ code: 'LAYER_NOT_READ', subject: LAYER, message: 'The layer is encrypted.' }] as const;
  const document = toCycloneDx({ ...INPUT, coverage }, OPTIONS);
  assert.equal(document.compositions[0]?.aggregate, 'incomplete');
  assert.deepEqual(document.metadata.properties, [
    {
      name: 'hallmark:coverage:LAYER_NOT_READ',
      value: `{"subject":"${LAYER}","message":"The layer is encrypted."}`,
    },
  ]);
});

test('an image is named after its repository, a file or directory after itself', () => {
  const cases: [reference: string, name: string][] = [
    ['debian:12', 'docker.io/library/debian'],
    ['localhost:5000/team/app:1.4', 'localhost:5000/team/app'],
    [`docker:ghcr.io/team/app@sha256:${'d'.repeat(64)}`, 'ghcr.io/team/app'],
    ['oci-dir:./images/sample/', 'sample'],
    ['docker-archive:app.tar', 'app.tar'],
    ['dir:/', 'root'],
  ];
  for (const [reference, name] of cases) {
    const document = toCycloneDx({ ...INPUT, image: { ...IMAGE, reference } }, OPTIONS);
    assert.equal(document.metadata.component.name, name, reference);
    assertValid(document);
  }
  const kind = 'root-file-system' as const;
  const directory: AssessedImage = { ...IMAGE, reference: 'dir:/', kind, digest: null, layers: [] };
  const { metadata } = toCycloneDx({ ...INPUT, image: directory, distribution: null }, OPTIONS);
  assert.deepEqual([metadata.component.type, metadata.component.purl], ['file', undefined]);
});
