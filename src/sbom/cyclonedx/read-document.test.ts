import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { Package } from '../../model/package.ts';
import { SbomError } from '../errors.ts';
import { readBill } from '../read-bill.ts';
import type { BillReading } from '../reading.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/sbom');

function fixture(name: string): Buffer {
  const bytes = readFileSync(join(FIXTURES, name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

const read = (name: string): BillReading => readBill(fixture(name));

function named({ packages }: BillReading, name: string): Package {
  const found = packages.find((pkg) => pkg.name === name);
  assert.ok(found, `${name} is missing`);
  return found;
}

/** A document of one component, and whatever else. */
function readComponents(components: readonly object[], rest: object = {}): BillReading {
  const document = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components, ...rest };
  return readBill(Buffer.from(JSON.stringify(document)));
}

/** A document about that image. */
function readSubject(component: object): BillReading['subject'] {
  const { subject } = readComponents([], {
    metadata: { component: { type: 'container', name: 'x', ...component } },
  });
  return subject;
}

describe('Syft', () => {
  test('packages of a system and of a language', () => {
    const reading = read('syft-sample.cdx.json.gz');
    assert.equal(reading.format, 'CycloneDX 1.7 (JSON)');
    assert.equal(reading.packages.length, 100);
    assert.deepEqual(reading.coverage, []);
    const { distribution } = reading;
    assert.deepEqual(
      [distribution?.id, distribution?.versionId, distribution?.codename, distribution?.prettyName],
      ['debian', '12.8', 'bookworm', 'Debian GNU/Linux 12 (bookworm)'],
    );
    assert.equal(reading.subject?.name, 'img-sample');
    const libacl = named(reading, 'libacl1');
    assert.deepEqual([libacl.type, libacl.architecture], ['deb', 'amd64']);
    assert.deepEqual(libacl.source, { name: 'acl', version: null });
    assert.equal(libacl.evidence[0]?.path, 'var/lib/dpkg/status');
    assert.equal(libacl.layer, libacl.evidence[0]?.layer);
    assert.match(libacl.layer ?? '', /^sha256:/);
    assert.deepEqual(named(reading, 'bash').source, { name: 'bash', version: '5.2.15-2' });
  });

  test('XML; libraries need what other libraries are', () => {
    const reading = read('syft-alpine.cdx.xml');
    assert.equal(reading.format, 'CycloneDX 1.7 (XML)');
    assert.equal(reading.distribution?.versionId, '3.18.9');
    assert.equal(reading.packages.length, 15);
    const tools = named(reading, 'apk-tools');
    assert.deepEqual(tools.licences, ['GPL-2.0-only']);
    assert.equal(tools.supplier, 'Natanael Copa <ncopa@alpinelinux.org>');
    assert.equal(tools.dependsOn.length, 5);
    assert.ok(tools.dependsOn.includes(named(reading, 'libcrypto3').id));
    assert.deepEqual(named(reading, 'libcrypto3').source, { name: 'openssl', version: null });
  });

  test('rpm: epoch, source package, vendor', () => {
    const reading = read('syft-mariner.cdx.json');
    assert.deepEqual([reading.distribution?.id, reading.distribution?.versionId], ['mariner', '2.0']);
    const certificates = named(reading, 'ca-certificates-tools');
    assert.equal(certificates.version, '1:2.0.0-1.cm2');
    assert.deepEqual(certificates.source, { name: 'ca-certificates', version: '2.0.0-1.cm2' });
    assert.equal(certificates.supplier, 'Microsoft Corporation');
    assert.equal(certificates.cpes.length, 1, 'CPEs that Syft tries are passed over');
  });
});

describe('Trivy', () => {
  test('packages of a system and of a language', () => {
    const reading = read('trivy-sample.cdx.json.gz');
    assert.equal(reading.packages.length, 96);
    assert.deepEqual(reading.coverage, []);
    assert.deepEqual([reading.distribution?.id, reading.distribution?.versionId], ['debian', '12.8']);
    assert.equal(named(reading, 'bash').version, '5.2.15-2+b7');
    assert.deepEqual(named(reading, 'bash').source, { name: 'bash', version: '5.2.15-2' });
    assert.equal(named(reading, 'libacl1').source?.name, 'acl');
    const express = named(reading, 'express');
    assert.equal(express.evidence[0]?.path, 'app/node_modules/express/package.json');
    assert.ok(express.layer);
  });

  test('a name of its own for Red Hat', () => {
    const reading = read('trivy-rhel.cdx.json');
    assert.deepEqual([reading.distribution?.id, reading.distribution?.versionId], ['rhel', '8.10']);
    const libuuid = named(reading, 'libuuid');
    assert.equal(libuuid.version, '2.32.1-42.el8_8');
    assert.deepEqual(libuuid.source, { name: 'util-linux', version: '2.32.1-42.el8_8' });
  });

  test('packages of an unknown distribution are said to be left out', () => {
    const reading = read('trivy-no-distribution.cdx.json');
    assert.equal(reading.distribution, null);
    assert.deepEqual(reading.packages, []);
    assert.deepEqual(
      reading.coverage.map(({ code, subject }) => [code, subject]),
      [['ECOSYSTEM_NOT_COVERED', 'none']],
    );
  });
});

test('cdxgen: hashes, edges and where it is stated', () => {
  const reading = read('cdxgen-lock.cdx.json');
  assert.equal(reading.tool, 'cdxgen 12.8.4');
  const accepts = named(reading, 'accepts');
  assert.deepEqual(accepts.evidence, [{ path: 'app/package-lock.json', layer: null, step: null }]);
  assert.deepEqual(
    accepts.checksums.map(({ algorithm }) => algorithm),
    ['sha512'],
  );
  assert.deepEqual(accepts.dependsOn, ['pkg:npm/mime-types@2.1.35', 'pkg:npm/negotiator@0.6.3']);
});

test('cyclonedx-py: CycloneDX 1.3 in XML', () => {
  const reading = read('cyclonedx-py.cdx.xml');
  assert.equal(reading.format, 'CycloneDX 1.3 (XML)');
  assert.equal(reading.tool, 'cyclonedx-py 7.5.0');
  const tool = named(reading, 'cyclonedx-bom');
  assert.deepEqual(tool.licences, ['Apache-2.0', 'License :: OSI Approved :: Apache Software License']);
  assert.equal(tool.dependsOn.length, 3);
  assert.equal(named(reading, 'boolean.py').homepage, 'https://github.com/bastikr/boolean.py');
});

test('XML with namespaces of its own, CycloneDX 1.7 licences, and the first version of all', () => {
  const details = '<c:details license-identifier="MIT"/>';
  const licence = `<c:licenses><c:expression-detailed expression="MIT OR Zlib">${details}</c:expression-detailed></c:licenses>`;
  const component = `<c:component type="library"><c:name>a</c:name><c:version>1</c:version>${licence}<c:purl>pkg:npm/a@1</c:purl></c:component>`;
  for (const version of ['1.0', '1.7']) {
    const text = `<c:bom xmlns:c="http://cyclonedx.org/schema/bom/${version}"><c:components>${component}</c:components></c:bom>`;
    const reading = readBill(Buffer.from(text));
    assert.equal(reading.format, `CycloneDX ${version} (XML)`);
    assert.deepEqual(reading.packages[0]?.licences, ['MIT OR Zlib']);
  }
});

describe('what components say', () => {
  const cases: readonly (readonly [what: string, component: object, expected: Partial<Package>])[] = [
    [
      'an epoch of Debian in a qualifier',
      { name: 'a', version: '2.3-4', purl: 'pkg:deb/debian/a@2.3-4?epoch=1' },
      { name: 'a', version: '1:2.3-4' },
    ],
    [
      'an epoch that only the version has',
      { name: 'a', version: '1:2.3-4', purl: 'pkg:rpm/fedora/a@2.3-4' },
      { version: '1:2.3-4' },
    ],
    [
      "a module's stream as Syft writes it",
      { name: 'a', purl: 'pkg:rpm/redhat/a@1-1?rpmmod=nodejs%3A18%3A8%3Ax' },
      { modularityLabel: 'nodejs:18:8:x' },
    ],
    [
      "a module's stream as Trivy writes it",
      {
        name: 'a',
        purl: 'pkg:rpm/redhat/a@1-1',
        properties: [{ name: 'aquasecurity:trivy:Modularitylabel', value: 'nodejs:18:8:x' }],
      },
      { modularityLabel: 'nodejs:18:8:x' },
    ],
    [
      'a source package in parts',
      {
        name: 'a',
        purl: 'pkg:deb/debian/a@1-1',
        properties: [
          { name: 'aquasecurity:trivy:SrcName', value: 'b' },
          { name: 'aquasecurity:trivy:SrcVersion', value: '1.2' },
          { name: 'aquasecurity:trivy:SrcRelease', value: '3' },
          { name: 'aquasecurity:trivy:SrcEpoch', value: '4' },
        ],
      },
      { source: { name: 'b', version: '4:1.2-3' } },
    ],
    [
      'group and name of Maven',
      { group: 'org.x', name: 'y', version: '1', purl: 'pkg:maven/org.x/y@1' },
      { name: 'org.x:y', type: 'maven' },
    ],
    [
      'a name that its purl spells anew',
      { name: 'Flask_Login', version: '0.6', purl: 'pkg:pypi/flask-login@0.6' },
      { name: 'Flask_Login', purl: 'pkg:pypi/flask-login@0.6' as Package['purl'] },
    ],
    [
      'no version, as Syft writes it',
      { name: 'cmd/go', version: 'UNKNOWN', purl: 'pkg:golang/cmd/go@UNKNOWN' },
      { name: 'cmd/go', version: '' },
    ],
    [
      'neither purl nor ecosystem',
      { type: 'application', name: 'nginx', version: '1.25', cpe: 'cpe:2.3:a:f5:nginx:1.25:*:*:*:*:*:*:*' },
      { type: 'generic', name: 'nginx', version: '1.25', cpes: ['cpe:2.3:a:f5:nginx:1.25:*:*:*:*:*:*:*'] },
    ],
    [
      'declared licences go before concluded ones',
      {
        name: 'a',
        purl: 'pkg:npm/a@1',
        licenses: [
          { license: { id: 'MIT', acknowledgement: 'concluded' } },
          { license: { name: 'see LICENSE', acknowledgement: 'declared' } },
        ],
      },
      { licences: ['see LICENSE'] },
    ],
    [
      'occurrences, also inside of archives',
      {
        name: 'a',
        purl: 'pkg:npm/a@1',
        evidence: { occurrences: [{ location: '/srv/a.jar!/b.jar' }] },
      },
      { evidence: [{ path: 'srv/a.jar', inside: 'b.jar', layer: null, step: null }] },
    ],
    [
      'evidence of CycloneDX 1.5',
      {
        name: 'a',
        purl: 'pkg:npm/a@1',
        evidence: {
          identity: {
            field: 'purl',
            methods: [{ technique: 'manifest-analysis', confidence: 1, value: '/srv/package.json' }],
          },
        },
      },
      { evidence: [{ path: 'srv/package.json', layer: null, step: null }] },
    ],
  ];
  for (const [what, component, expected] of cases) {
    test(what, () => {
      const reading = readComponents([{ type: 'library', ...component }]);
      assert.deepEqual(reading.coverage, []);
      const [pkg] = reading.packages;
      assert.ok(pkg);
      const found = Object.fromEntries(
        Object.keys(expected).map((field) => [field, pkg[field as keyof Package]]),
      );
      assert.deepEqual(found, expected);
    });
  }

  test('nested components are components', () => {
    const inner = { type: 'library', name: 'b', purl: 'pkg:npm/b@1' };
    const { packages } = readComponents([
      { type: 'library', name: 'a', purl: 'pkg:npm/a@1', components: [inner] },
      { type: 'application', name: 'package-lock.json', components: [{ ...inner, purl: 'pkg:npm/c@1' }] },
    ]);
    assert.deepEqual(
      packages.map(({ id }) => id),
      ['pkg:npm/a@1', 'pkg:npm/b@1', 'pkg:npm/c@1'],
    );
  });

  test('files, containers, what is excluded, and lock files are no packages', () => {
    const { packages, coverage } = readComponents([
      { type: 'file', name: '/etc/passwd', version: '1' },
      { type: 'container', name: 'debian', version: '12', purl: 'pkg:oci/debian@sha256%3Aabc' },
      { type: 'library', name: 'test-only', purl: 'pkg:npm/test-only@1', scope: 'excluded' },
      { type: 'application', name: 'app/package-lock.json' },
    ]);
    assert.deepEqual([packages, coverage], [[], []]);
  });

  describe('the distribution is told by purls where no component is one', () => {
    const cases: readonly (readonly [purls: readonly string[], id: string, versionId: string])[] = [
      [
        [
          'pkg:deb/ubuntu/a@1?distro=ubuntu-22.04',
          'pkg:deb/ubuntu/b@1?distro=ubuntu-22.04',
          'pkg:deb/debian/c@1?distro=debian-12',
        ],
        'ubuntu',
        '22.04',
      ],
      [['pkg:deb/debian/a@1?distro=bookworm'], 'debian', '12'],
      [['pkg:apk/alpine/a@1?distro=3.18.9'], 'alpine', '3.18.9'],
      [['pkg:rpm/redhat/a@1-1?distro=redhat-9.4'], 'rhel', '9.4'],
      [['pkg:rpm/opensuse/a@1-1?distro=opensuse-leap-15.5'], 'opensuse-leap', '15.5'],
      [['pkg:deb/debian/a@1?os_distro=bookworm&os_name=debian&os_version=12'], 'debian', '12'],
    ];
    for (const [purls, id, versionId] of cases) {
      test(purls[0] ?? '', () => {
        const { distribution } = readComponents(purls.map((purl) => ({ type: 'library', name: 'x', purl })));
        assert.deepEqual([distribution?.id, distribution?.versionId], [id, versionId]);
      });
    }
  });

  test('development branches have no release', () => {
    for (const [id, versionID, prettyName] of [
      ['alpine', '3.21.0_alpha20240923', 'Alpine Linux edge'],
      ['debian', null, 'Debian GNU/Linux forky/sid'],
      ['wolfi', '20230201', 'Wolfi'],
    ] as const) {
      const said = { id, versionID, prettyName };
      const properties = Object.entries(said).map(([name, value]) => ({
        name: `syft:distro:${name}`,
        value,
      }));
      const { distribution } = readComponents([{ type: 'operating-system', name: id, properties }]);
      assert.deepEqual([distribution?.id, distribution?.versionId, distribution?.rolling], [id, null, true]);
    }
  });

  test('the image is told by purl, version or property', () => {
    const digest = `sha256:${'e'.repeat(64)}`;
    for (const component of [
      { version: digest },
      { purl: `pkg:oci/x@${digest.replace(':', '%3A')}?arch=arm64` },
      { name: `x@${digest}` },
      { properties: [{ name: 'aquasecurity:trivy:RepoDigest', value: `r.example/x@${digest}` }] },
    ]) {
      assert.equal(readSubject(component)?.digest, digest, JSON.stringify(component));
    }
    assert.equal(readSubject({ purl: 'pkg:oci/x@1?arch=arm64' })?.platform, 'linux/arm64');
  });
});

describe('hostile bills', () => {
  test('components nested twenty thousand deep', () => {
    const depth = 20_000;
    const text = `{"bomFormat":"CycloneDX","components":[${'{"type":"library","components":['.repeat(depth)}${']}'.repeat(depth)}]}`;
    assert.equal(readBill(Buffer.from(text)).packages.length, 0);
  });

  test('fields of any other type', () => {
    const field = fc.constantFrom(
      'bom-ref',
      'type',
      'name',
      'version',
      'purl',
      'group',
      'licenses',
      'hashes',
      'evidence',
      'properties',
      'components',
      'supplier',
      'authors',
      'externalReferences',
      '__proto__',
    );
    const component = fc.dictionary(field, fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.array(fc.oneof(component, fc.jsonValue())), fc.jsonValue(), (components, metadata) => {
        const document = { bomFormat: 'CycloneDX', components, metadata, dependencies: components };
        readBill(Buffer.from(JSON.stringify(document)));
      }),
      { numRuns: 300 },
    );
  });

  for (const name of ['syft-mariner.cdx.json', 'syft-alpine.cdx.xml']) {
    test(`${name}, cut short or with changed bytes`, () => {
      const bytes = fixture(name);
      const damage = fc.record({
        end: fc.nat(bytes.length),
        changes: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 3 }),
      });
      fc.assert(
        fc.property(damage, ({ end, changes }) => {
          const damaged = Buffer.from(bytes);
          for (const [at, value] of changes) damaged[at] = value;
          try {
            readBill(end % 2 === 0 ? damaged : damaged.subarray(0, end));
          } catch (error) {
            assert.ok(error instanceof SbomError, String(error));
          }
        }),
        { numRuns: 150 },
      );
    });
  }
});
