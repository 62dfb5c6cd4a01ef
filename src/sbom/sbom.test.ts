import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { pkg as basePackage } from '../../test/packages.ts';
import type { AssessedImage } from '../model/assessment.ts';
import { parseDigest } from '../model/digest.ts';
import type { Distribution, Package } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
import type { BillInput } from './bill.ts';
import { toCycloneDx } from './cyclonedx.ts';
import { toSpdx } from './spdx.ts';

const SCHEMAS = join(import.meta.dirname, '../../test/fixtures/schemas');
const readSchema = (name: string): object =>
  JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8'));

function compile(name: string, ...references: string[]): ValidateFunction {
  const ajv = new Ajv.default({ strict: false, schemas: references.map(readSchema), allErrors: true });
  addFormats.default(ajv);
  // RFC 3987 and RFC 6531, as far as a URL parser knows them
  ajv.addFormat(
    'iri-reference',
    (text: string) => !/[\s<>"{}|\\^`]/.test(text) && URL.canParse(text, 'http://a/'),
  );
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
  return ajv.compile(readSchema(name));
}

const validators = {
  cyclonedx: compile('bom-1.6', 'spdx', 'jsf-0.82'),
  spdx: compile('spdx-2.3'),
};

function assertValid(format: keyof typeof validators, document: unknown): void {
  const validate = validators[format];
  assert.ok(
    validate(JSON.parse(JSON.stringify(document))),
    JSON.stringify(validate.errors?.slice(0, 3), null, 1),
  );
}

const LAYER = parseDigest(`sha256:${'a'.repeat(64)}`);
const MANIFEST = parseDigest(`sha256:${'b'.repeat(64)}`);
const CREATED = '2026-11-21T04:00:00Z';

const DEBIAN: Distribution = {
  id: 'debian',
  versionId: '12',
  codename: 'bookworm',
  idLike: [],
  prettyName: 'Debian GNU/Linux 12 (bookworm)',
  rolling: false,
  cpe: null,
  path: 'usr/lib/os-release',
};

const IMAGE: AssessedImage = {
  reference: 'debian:12',
  kind: 'image',
  digest: MANIFEST,
  indexDigest: null,
  configDigest: parseDigest(`sha256:${'c'.repeat(64)}`),
  platform: 'linux/amd64',
  created: '2026-11-01T00:00:00Z',
  author: null,
  labels: { 'org.opencontainers.image.title': 'sample', __proto__: null } as unknown as Record<
    string,
    string
  >,
  annotations: {},
  run: null,
  layers: [
    {
      index: 0,
      diffId: LAYER,
      digest: LAYER,
      sizeBytes: 1,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      step: 0,
      base: null,
      packages: { added: [], removed: [], changed: [] },
    },
  ],
  history: [],
  base: null,
};

type Facts = Pick<Package, 'type' | 'name'> & Partial<Package>;

function pkg({ type, name, version = '1.0', ...facts }: Facts): Package {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  const purl = formatPurl({
    type,
    namespace: type === 'npm' ? name.slice(0, Math.max(slash, 0)) : 'debian',
    name: name.slice(slash + 1),
    version,
    qualifiers: type === 'npm' ? {} : { arch: facts.architecture, distro: 'debian-12' },
  });
  const path = type === 'npm' ? `app/node_modules/${name}/package.json` : 'var/lib/dpkg/status';
  return {
    ...basePackage(type, 'x', version),
    id: purl,
    purl,
    name,
    layer: LAYER,
    evidence: [{ path, layer: LAYER, step: 0 }],
    ...facts,
  };
}

const libc = pkg({
  type: 'deb',
  name: 'libc6',
  version: '2.36-9+deb12u9',
  architecture: 'amd64',
  source: { name: 'glibc', version: '2.36-9+deb12u9' },
});
const libssl = pkg({
  type: 'deb',
  name: 'libssl3',
  version: '3.0.15-1~deb12u1',
  architecture: 'amd64',
  source: { name: 'openssl', version: '3.0.15-1~deb12u1' },
  licences: ['Apache-2.0', 'Artistic or GPL-1+', 'GPL-1+'],
  supplier: 'Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>',
  description: 'Secure Sockets Layer toolkit - shared libraries',
  homepage: 'https://www.openssl.org/',
  files: ['usr/lib/x86_64-linux-gnu/libssl.so.3'],
  dependencies: ['debconf', 'libc6'],
  dependsOn: [libc.id],
});
const debug2 = pkg({ type: 'npm', name: 'debug', version: '2.6.9', licences: ['MIT'], dependencies: ['ms'] });
const debug4 = pkg({
  type: 'npm',
  name: 'debug',
  version: '4.3.4',
  licences: ['MIT'],
  evidence: [{ path: 'app/node_modules/@babel/core/node_modules/debug/package.json', layer: LAYER, step: 0 }],
});
const babel = pkg({
  type: 'npm',
  name: '@babel/core',
  version: '7.24.0',
  licences: ['(MIT or Apache-2.0)'],
  supplier: 'The Babel Team (https://babel.dev/team)',
  homepage: 'see the readme',
  dependencies: ['debug'],
  dependsOn: [debug4.id],
  ownedBy: libssl.id,
});

const INPUT: BillInput = {
  tool: { name: 'hallmark', version: '0.1.0' },
  image: IMAGE,
  distribution: DEBIAN,
  packages: [libssl, libc, babel, debug2, debug4],
  coverage: [],
};

const options = { created: CREATED };

function component(name: string, version?: string) {
  const found = toCycloneDx(INPUT, options).components.find(
    (candidate) => candidate.name === name && (version === undefined || candidate.version === version),
  );
  assert.ok(found, `${name} is missing`);
  return found;
}

function element(name: string) {
  const found = toSpdx(INPUT, options).packages.find((candidate) => candidate.name === name);
  assert.ok(found, `${name} is missing`);
  return found;
}

test('both documents pass the official schemas, with and without files', () => {
  for (const files of [false, true]) {
    assertValid('cyclonedx', toCycloneDx(INPUT, { created: CREATED, files }));
    assertValid('spdx', toSpdx(INPUT, { created: CREATED, files }));
  }
});

test('CycloneDX: a package keeps all that is known of it', () => {
  assert.deepEqual(component('libssl3'), {
    type: 'library',
    'bom-ref': libssl.id,
    supplier: {
      name: 'Debian OpenSSL Team',
      contact: [{ name: 'Debian OpenSSL Team', email: 'pkg-openssl-devel@alioth-lists.debian.net' }],
    },
    name: 'libssl3',
    version: '3.0.15-1~deb12u1',
    description: 'Secure Sockets Layer toolkit - shared libraries',
    licenses: [
      { license: { id: 'Apache-2.0', acknowledgement: 'declared' } },
      { license: { name: 'Artistic or GPL-1+', acknowledgement: 'declared' } },
      { license: { name: 'GPL-1+', acknowledgement: 'declared' } },
    ],
    purl: 'pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=amd64&distro=debian-12',
    externalReferences: [{ type: 'website', url: 'https://www.openssl.org/' }],
    evidence: {
      occurrences: [{ location: '/var/lib/dpkg/status', additionalContext: `layer ${LAYER}, build step 0` }],
    },
    properties: [
      { name: 'hallmark:type', value: 'deb' },
      { name: 'hallmark:architecture', value: 'amd64' },
      { name: 'hallmark:source:name', value: 'openssl' },
      { name: 'hallmark:source:version', value: '3.0.15-1~deb12u1' },
      { name: 'hallmark:layer', value: LAYER },
      { name: 'hallmark:supplier', value: 'Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>' },
      { name: 'hallmark:licence', value: 'Apache-2.0' },
      { name: 'hallmark:licence', value: 'Artistic or GPL-1+' },
      { name: 'hallmark:licence', value: 'GPL-1+' },
      { name: 'hallmark:dependency', value: 'debconf' },
      { name: 'hallmark:dependency', value: 'libc6' },
    ],
  });
});

test('CycloneDX: image, distribution, scope, author and expression have their fields', () => {
  const document = toCycloneDx(INPUT, options);
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
    core.properties?.some(({ name, value }) => name === 'hallmark:homepage' && value === 'see the readme'),
  );
});

test('dependencies lead to the packages that are meant', () => {
  const document = toCycloneDx(INPUT, options);
  const of = (ref: string) => document.dependencies.find((entry) => entry.ref === ref)?.dependsOn;
  assert.deepEqual(of(libssl.id), [libc.id]);
  assert.deepEqual(of(babel.id), [debug4.id], 'Node loads the nested module');
  assert.deepEqual(of(debug2.id), []);
  assert.deepEqual(of(document.metadata.component['bom-ref'] ?? '')?.length, document.components.length);
  const refs = new Set(document.dependencies.map(({ ref }) => ref));
  for (const { dependsOn } of document.dependencies)
    for (const ref of dependsOn) assert.ok(refs.has(ref), ref);
});

test('SPDX: a package keeps all that is known of it', () => {
  const { SPDXID, annotations, ...rest } = element('libssl3');
  const [artistic, gpl] =
    toSpdx(INPUT, options).hasExtractedLicensingInfos?.map(({ licenseId }) => licenseId) ?? [];
  assert.match(artistic ?? '', /^LicenseRef-Artistic-or-GPL-1-[0-9a-f]{16}$/);
  assert.match(SPDXID, /^SPDXRef-Package-deb-libssl3-[0-9a-f]{16}$/);
  assert.deepEqual(rest, {
    name: 'libssl3',
    versionInfo: '3.0.15-1~deb12u1',
    supplier: 'Person: Debian OpenSSL Team (pkg-openssl-devel@alioth-lists.debian.net)',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: `Apache-2.0 AND ${artistic} AND ${gpl}`,
    copyrightText: 'NOASSERTION',
    homepage: 'https://www.openssl.org/',
    sourceInfo: `found in /var/lib/dpkg/status (layer ${LAYER}, build step 0)`,
    description: 'Secure Sockets Layer toolkit - shared libraries',
    primaryPackagePurpose: 'LIBRARY',
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: 'pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=amd64&distro=debian-12',
      },
    ],
  });
  assert.deepEqual(JSON.parse(annotations?.[0]?.comment ?? ''), {
    'hallmark:type': 'deb',
    'hallmark:architecture': 'amd64',
    'hallmark:source:name': 'openssl',
    'hallmark:source:version': '3.0.15-1~deb12u1',
    'hallmark:layer': LAYER,
    'hallmark:supplier': 'Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>',
    'hallmark:licence': ['Apache-2.0', 'Artistic or GPL-1+', 'GPL-1+'],
    'hallmark:dependency': ['debconf', 'libc6'],
  });
});

test('SPDX: relationships, source packages and extracted licences', () => {
  const document = toSpdx(INPUT, options);
  const nameOf = new Map(document.packages.map(({ SPDXID, name }) => [SPDXID, name]));
  const relations = document.relationships.map(
    ({ spdxElementId, relationshipType, relatedSpdxElement }) =>
      `${nameOf.get(spdxElementId) ?? spdxElementId} ${relationshipType} ${nameOf.get(relatedSpdxElement)}`,
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
  assert.deepEqual(
    document.hasExtractedLicensingInfos?.map(({ extractedText }) => extractedText),
    ['Artistic or GPL-1+', 'GPL-1+'],
  );
});

test('the same input gives the same bytes, whatever the order; other input another identity', () => {
  const later = { created: '2027-01-01T00:00:00Z' };
  const shuffled = { ...INPUT, packages: INPUT.packages.toReversed() };
  const fewer = { ...INPUT, packages: INPUT.packages.slice(1) };
  for (const write of [toCycloneDx, toSpdx]) {
    assert.equal(JSON.stringify(write(INPUT, options)), JSON.stringify(write(shuffled, options)));
  }
  assert.equal(toCycloneDx(INPUT, options).serialNumber, toCycloneDx(INPUT, later).serialNumber);
  assert.equal(toSpdx(INPUT, options).documentNamespace, toSpdx(INPUT, later).documentNamespace);
  assert.notEqual(toCycloneDx(INPUT, options).serialNumber, toCycloneDx(fewer, options).serialNumber);
  assert.match(
    toCycloneDx(INPUT, options).serialNumber,
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('what was not seen is said in the document', () => {
  const input: BillInput = {
    ...INPUT,
    coverage: [{ code: 'LAYER_NOT_READ', subject: LAYER, message: 'The layer is encrypted.' }],
  };
  const bom = toCycloneDx(input, options);
  assert.equal(bom.compositions[0]?.aggregate, 'incomplete');
  assert.deepEqual(bom.metadata.properties, [
    { name: 'hallmark:coverage:LAYER_NOT_READ', value: `${LAYER}: The layer is encrypted.` },
  ]);
  assert.equal(
    toSpdx(input, options).annotations?.[0]?.comment,
    `LAYER_NOT_READ: ${LAYER}: The layer is encrypted.`,
  );
  assertValid('cyclonedx', bom);
  assertValid('spdx', toSpdx(input, options));
});

test('an image is named after its repository, a file or directory after itself', () => {
  const cases: [reference: string, name: string][] = [
    ['debian:12', 'docker.io/library/debian'],
    ['localhost:5000/team/app:1.4', 'localhost:5000/team/app'],
    ['docker:ghcr.io/team/app@sha256:' + 'd'.repeat(64), 'ghcr.io/team/app'],
    ['oci-dir:./images/sample/', 'sample'],
    ['docker-archive:app.tar', 'app.tar'],
    ['dir:/', 'root'],
  ];
  for (const [reference, name] of cases) {
    const document = toCycloneDx({ ...INPUT, image: { ...IMAGE, reference } }, options);
    assert.equal(document.metadata.component.name, name, reference);
    assertValid('cyclonedx', document);
  }
  const directory: AssessedImage = {
    ...IMAGE,
    reference: 'dir:/',
    kind: 'root-file-system',
    digest: null,
    layers: [],
  };
  const bom = toCycloneDx({ ...INPUT, image: directory, distribution: null }, options);
  assert.deepEqual([bom.metadata.component.type, bom.metadata.component.purl], ['file', undefined]);
  assertValid('spdx', toSpdx({ ...INPUT, image: directory, distribution: null }, options));
});

test('hostile metadata never makes an invalid document', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '',
      ' ',
      'a <b@c>',
      '<<>>',
      'http://[',
      'https://a b',
      'LicenseRef-x',
      'MIT',
      'MIT OR',
      '((((',
      '__proto__',
      '\u0000',
    ),
  );
  const hostile = fc.record({
    type: fc.constantFrom('deb' as const, 'rpm' as const, 'apk' as const, 'npm' as const),
    name: text.filter((name) => /[^/]/.test(name)),
    version: text,
    supplier: fc.option(text),
    description: fc.option(text),
    homepage: fc.option(text),
    licences: fc.array(text, { maxLength: 3 }),
    dependencies: fc.array(text, { maxLength: 3 }),
    source: fc.option(fc.record({ name: text, version: fc.option(text) })),
  });
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 3 }), text, (facts, label) => {
      const packages = facts.map(pkg).map((entry, index) => ({ ...entry, id: `${entry.id}#${index}` }));
      const image = { ...IMAGE, labels: { label }, reference: `oci-dir:${label}` };
      const distribution = { ...DEBIAN, id: label, cpe: label };
      assertValid(
        'cyclonedx',
        toCycloneDx({ ...INPUT, image, distribution, packages }, { ...options, files: true }),
      );
      const spdx = toSpdx({ ...INPUT, image, distribution, packages }, options);
      assertValid('spdx', spdx);
      for (const { SPDXID } of spdx.packages) assert.match(SPDXID, /^SPDXRef-[A-Za-z0-9.-]+$/);
      for (const { licenseDeclared } of spdx.packages) assert.match(licenseDeclared, /^[A-Za-z0-9.+() -]+$/);
    }),
    { numRuns: 150 },
  );
});
