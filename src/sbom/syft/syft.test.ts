import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { pkg } from '../../../test/packages.ts';
import { billInput, hostileText } from '../../../test/sbom/arbitrary-bill.ts';
import { CREATED, IMAGE, INPUT, LAYER, LIBSSL, MANIFEST } from '../../../test/sbom/sample-bill.ts';
import { compileSchema2020 } from '../../../test/sbom/schemas.ts';
import type { Package } from '../../model/package.ts';
import { SbomError } from '../errors.ts';
import { readBill } from '../read-bill.ts';
import type { BillReading } from '../reading.ts';
import { toSyft } from './write-syft.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/sbom');
const OPTIONS = { created: CREATED };

function read(name: string): BillReading {
  const bytes = readFileSync(join(FIXTURES, name));
  return readBill(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

function named({ packages }: BillReading, name: string): Package {
  const found = packages.find((candidate) => candidate.name === name);
  assert.ok(found, `${name} is missing`);
  return found;
}

const written = (found: Package) => {
  const [artifact] = toSyft({ ...INPUT, packages: [found] }, OPTIONS).artifacts;
  assert.ok(artifact);
  return artifact;
};

describe("Syft's schema", () => {
  const validate = compileSchema2020('syft-16.1.10');
  const assertValid = (document: object) =>
    assert.ok(validate(JSON.parse(JSON.stringify(document))), JSON.stringify(validate.errors?.slice(0, 3)));

  test('a bill of an image, and of a root file system', () => {
    assertValid(toSyft(INPUT, OPTIONS));
    const image = {
      ...IMAGE,
      kind: 'root-file-system' as const,
      reference: 'dir:/',
      digest: null,
      layers: [],
    };
    assertValid(toSyft({ ...INPUT, image, distribution: null }, OPTIONS));
  });

  test('whatever the image says', () => {
    fc.assert(
      fc.property(billInput(hostileText()), (input) =>
        assertValid(toSyft(input, { ...OPTIONS, files: true })),
      ),
      { numRuns: 40 },
    );
  });
});

describe('what is written', () => {
  test('a package of a system', () => {
    const { metadata, ...artifact } = written(LIBSSL);
    assert.deepEqual(artifact, {
      id: artifact.id,
      name: 'libssl3',
      version: '3.0.15-1~deb12u1',
      type: 'deb',
      language: '',
      foundBy: 'test',
      locations: [
        {
          path: '/var/lib/dpkg/status',
          layerID: LAYER,
          accessPath: '/var/lib/dpkg/status',
          annotations: { evidence: 'primary' },
        },
      ],
      licenses: ['Apache-2.0', 'Artistic or GPL-1+', 'GPL-1+'].map((value) => ({
        value,
        spdxExpression: value === 'Apache-2.0' ? value : '',
        type: 'declared',
        urls: [],
        locations: [],
      })),
      cpes: LIBSSL.cpes.map((cpe) => ({ cpe })),
      purl: LIBSSL.purl,
      metadataType: 'dpkg-db-entry',
    });
    assert.match(artifact.id, /^[0-9a-f]{16}$/);
    assert.deepEqual(metadata, {
      package: 'libssl3',
      source: 'openssl',
      version: '3.0.15-1~deb12u1',
      sourceVersion: '',
      architecture: 'amd64',
      maintainer: 'Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>',
      installedSize: 0,
      depends: ['debconf', 'libc6'],
      files: [],
    });
  });

  test('an rpm in parts, with its module', () => {
    const { metadata } = written(
      pkg('rpm', 'perl-Errno', '4:1.28-416.el8', {
        source: { name: 'perl', version: '5.26.3-416.el8' },
        modularityLabel: 'perl:5.26:8:x',
        supplier: 'CentOS',
      }),
    );
    assert.deepEqual(metadata, {
      name: 'perl-Errno',
      version: '1.28',
      epoch: 4,
      architecture: '',
      release: '416.el8',
      sourceRpm: 'perl-5.26.3-416.el8.src.rpm',
      size: 0,
      vendor: 'CentOS',
      modularityLabel: 'perl:5.26:8:x',
      requires: [],
      files: [],
    });
  });

  const kinds: readonly (readonly [Package, expected: Readonly<Record<string, unknown>>])[] = [
    [pkg('apk', 'libcrypto3', '3.1-r0'), { type: 'apk', metadataType: 'apk-db-entry' }],
    [pkg('golang', 'a.example/b', 'v1.0.0'), { type: 'go-module', language: 'go', name: 'a.example/b' }],
    [
      pkg('maven', 'g:a', '1'),
      { type: 'java-archive', language: 'java', name: 'a', metadataType: 'java-archive' },
    ],
    [pkg('pypi', 'PyYAML', '6'), { type: 'python', language: 'python', name: 'PyYAML' }],
    [pkg('cpan', 'A-B', '1'), { type: 'UnknownPackage', language: '' }],
  ];
  for (const [found, expected] of kinds) {
    test(found.purl, () => {
      const artifact = written(found);
      assert.deepEqual({ ...artifact, ...expected }, artifact);
    });
  }

  test('the image, the distribution, and who needs and owns whom', () => {
    const document = toSyft(INPUT, OPTIONS);
    const ids = new Map(document.artifacts.map(({ id, name, version }) => [id, `${name} ${version}`]));
    const relations = document.artifactRelationships.map(
      ({ parent, child, type }) => `${ids.get(parent) ?? 'image'} ${type} ${ids.get(child)}`,
    );
    for (const expected of [
      'libc6 2.36-9+deb12u9 dependency-of libssl3 3.0.15-1~deb12u1',
      'debug 4.3.4 dependency-of @babel/core 7.24.0',
      'libssl3 3.0.15-1~deb12u1 ownership-by-file-overlap @babel/core 7.24.0',
      'image contains libc6 2.36-9+deb12u9',
    ]) {
      assert.ok(relations.includes(expected), `${expected} is missing in\n${relations.join('\n')}`);
    }
    assert.deepEqual(document.distro, {
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
      id: 'debian',
      versionID: '12',
      versionCodename: 'bookworm',
    });
    const { metadata, ...source } = document.source;
    assert.deepEqual(
      { ...source, id: null },
      {
        id: null,
        name: 'docker.io/library/debian',
        version: MANIFEST,
        type: 'image',
      },
    );
    assert.deepEqual(
      [metadata['manifestDigest'], metadata['architecture'], metadata['os']],
      [MANIFEST, 'amd64', 'linux'],
    );
  });
});

describe('what Syft writes', () => {
  test('an image of Debian with Node modules', () => {
    const reading = read('syft-sample.syft.json.gz');
    assert.equal(reading.format, 'Syft JSON 16.1.10');
    assert.equal(reading.packages.length, 100);
    assert.deepEqual(reading.coverage, []);
    assert.deepEqual(
      [reading.distribution?.id, reading.distribution?.versionId, reading.distribution?.prettyName],
      ['debian', '12.8', 'Debian GNU/Linux 12 (bookworm)'],
    );
    assert.deepEqual([reading.subject?.name, reading.subject?.platform], ['sample-image', 'linux/amd64']);
    assert.match(reading.subject?.digest ?? '', /^sha256:e05b1759/);
    const bash = named(reading, 'bash');
    assert.deepEqual(bash.source, { name: 'bash', version: '5.2.15-2' });
    assert.equal(bash.supplier, 'Matthias Klose <doko@debian.org>');
    assert.deepEqual(bash.cpes, [], 'CPEs that Syft tries are passed over');
    assert.equal(bash.evidence[0]?.path, 'var/lib/dpkg/status');
    assert.equal(bash.layer, bash.evidence[0]?.layer);
    assert.deepEqual(named(reading, 'libc6').dependsOn, [named(reading, 'libgcc-s1').id]);
    const lodash = named(reading, 'lodash');
    assert.deepEqual(lodash.licences, ['MIT']);
    assert.equal(lodash.description, 'Lodash modular utilities.');
    assert.equal(lodash.homepage, 'https://lodash.com/');
    assert.equal(lodash.cpes.length, 1, 'a CPE from the dictionary stays');
  });

  test('modules of CentOS, epochs, the source by its file name', () => {
    const reading = read('syft-centos8.syft.json');
    assert.deepEqual(
      [reading.distribution?.id, reading.distribution?.versionId, reading.distribution?.idLike],
      ['centos', '8', ['rhel', 'fedora']],
    );
    const conmon = '2.0.6-1.module_el8.2.0+305+5e198a41';
    const python = '3.6.8-2.module_el8.1.0+245+c39af44f';
    assert.deepEqual(
      reading.packages.map(({ name, version, source, modularityLabel, supplier }) => [
        name,
        version,
        source?.name,
        source?.version,
        modularityLabel,
        supplier,
      ]),
      // as rpm prints them
      [
        [
          'conmon',
          `2:${conmon}`,
          'conmon',
          conmon,
          'container-tools:rhel8:8020020200507003530:0d58ad57',
          'CentOS',
        ],
        ['libuuid', '2.32.1-22.el8', 'util-linux', '2.32.1-22.el8', null, 'CentOS'],
        ['perl-Errno', '0:1.28-416.el8', 'perl', '5.26.3-416.el8', null, 'CentOS'],
        ['python36', python, 'python36', python, 'python36:3.6:8010020191115015851:a920e634', 'CentOS'],
      ],
    );
  });
});

/** A document as a version of Syft wrote it, and whatever else. */
const readDocument = (schema: string, rest: object) =>
  readBill(
    Buffer.from(
      JSON.stringify({
        artifacts: [],
        source: null,
        distro: {},
        descriptor: { name: 'syft', version: '0.40.0' },
        schema: {
          version: schema,
          url: `https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-${schema}.json`,
        },
        ...rest,
      }),
    ),
  );

const artifact = (id: string, purl: string, rest: object) => ({ id, name: id, version: '1', purl, ...rest });

describe('older schemas', () => {
  test('schema 3: licences and CPEs are texts, the source has a target', () => {
    const reading = readDocument('3.0.1', {
      artifacts: [
        {
          id: '1',
          name: 'musl',
          version: '1.2.2-r7',
          type: 'apk',
          locations: [{ path: '/lib/apk/db/installed', layerID: LAYER }],
          licenses: ['MIT'],
          cpes: ['cpe:2.3:a:musl-libc:musl:1.2.2:*:*:*:*:*:*:*'],
          purl: 'pkg:alpine/musl@1.2.2-r7?arch=x86_64',
          metadataType: 'ApkMetadata',
          metadata: {
            originPackage: 'musl',
            maintainer: 'T <t@t.example>',
            url: 'https://musl.libc.org/',
            files: [],
          },
        },
        {
          id: '2',
          name: 'b',
          version: '1',
          type: 'npm',
          licenses: ['MIT'],
          purl: 'pkg:npm/b@1',
          metadata: null,
        },
      ],
      source: { type: 'image', target: { userInput: 'alpine:3.15', manifestDigest: MANIFEST } },
      distro: { name: 'Alpine Linux', id: 'alpine', versionID: '3.15.0', idLike: 'x' },
    });
    assert.equal(reading.format, 'Syft JSON 3.0.1');
    assert.equal(reading.tool, 'syft 0.40.0');
    assert.deepEqual([reading.subject?.name, reading.subject?.digest], ['alpine:3.15', MANIFEST]);
    assert.deepEqual([reading.distribution?.versionId, reading.distribution?.idLike], ['3.15.0', ['x']]);
    assert.deepEqual(named(reading, 'b').licences, ['MIT']);
    const musl = named(reading, 'musl');
    assert.equal(musl.type, 'apk', 'older versions of Syft wrote pkg:alpine');
    assert.deepEqual(musl.source, { name: 'musl', version: null });
    assert.deepEqual([musl.homepage, musl.supplier], ['https://musl.libc.org/', 'T <t@t.example>']);
    assert.deepEqual(musl.cpes, []);
  });

  test('whose files show a package owns it', () => {
    const module = { locations: [{ path: '/usr/share/nodejs/semver/package.json' }] };
    const { packages } = readDocument('16.0.0', {
      artifacts: [
        artifact('node-semver', 'pkg:deb/debian/node-semver@7?distro=debian-12', {
          metadata: { files: [{ path: '/usr/share/nodejs/semver/package.json' }] },
        }),
        artifact('semver', 'pkg:npm/semver@7', module),
        artifact('nopt', 'pkg:npm/nopt@5', { locations: [{ path: '/usr/share/nodejs/nopt/package.json' }] }),
        artifact('owned', 'pkg:npm/owned@5', {}),
      ],
      artifactRelationships: [
        { parent: 'node-semver', child: 'owned', type: 'ownership-by-file-overlap' },
        { parent: 'semver', child: 'nopt', type: 'ownership-by-file-overlap' },
      ],
    });
    assert.deepEqual(
      packages.map(({ name, ownedBy }) => [name, ownedBy]),
      [
        ['node-semver', null],
        ['nopt', null],
        ['owned', 'pkg:deb/debian/node-semver@7?distro=debian-12'],
        ['semver', 'pkg:deb/debian/node-semver@7?distro=debian-12'],
      ],
    );
  });
});

test('any field with any value', () => {
  const document = toSyft(INPUT, OPTIONS);
  const fields = fc.constantFrom(
    ...Object.keys(document),
    ...Object.keys(document.artifacts[0] ?? {}),
    'configuration',
    'hallmark',
    'packages',
  );
  const change = fc.record({ field: fields, value: fc.jsonValue({ maxDepth: 3 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), fc.nat(), (changes, at) => {
      const changed = Object.fromEntries(changes.map(({ field, value }) => [field, value]));
      const text = JSON.stringify(document, function replace(this: object, key, value: unknown) {
        return key in changed && (at + key.length) % 3 !== 0 ? changed[key] : value;
      });
      try {
        readBill(Buffer.from(text));
      } catch (error) {
        assert.ok(error instanceof SbomError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});
