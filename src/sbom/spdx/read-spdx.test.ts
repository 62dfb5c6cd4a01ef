import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { CREATED, INPUT } from '../../../test/sbom/sample-bill.ts';
import type { Package } from '../../model/package.ts';
import { readBill } from '../read-bill.ts';
import type { BillReading } from '../reading.ts';
import { toSpdx2 } from './write-spdx2.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/sbom');

function read(name: string): BillReading {
  const bytes = readFileSync(join(FIXTURES, name));
  return readBill(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

function named({ packages }: BillReading, name: string): Package {
  const found = packages.find((pkg) => pkg.name === name);
  assert.ok(found, `${name} is missing`);
  return found;
}

/** An SPDX 2.3 document with these packages, and whatever else. */
function readPackages(packages: readonly object[], rest: object = {}): BillReading {
  const document = {
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'x',
    packages: packages.map((element, index) => ({ SPDXID: `SPDXRef-${index}`, name: 'a', ...element })),
    ...rest,
  };
  return readBill(Buffer.from(JSON.stringify(document)));
}

const purl = (locator: string) => ({
  externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator }],
});

describe('Syft', () => {
  test('a system, its packages and where they are', () => {
    const reading = read('syft-sample.spdx.json.gz');
    assert.equal(reading.format, 'SPDX 2.3 (JSON)');
    assert.equal(reading.packages.length, 100);
    assert.deepEqual(reading.coverage, []);
    assert.deepEqual(
      [reading.distribution?.id, reading.distribution?.versionId, reading.distribution?.codename],
      ['debian', '12.8', 'bookworm'],
    );
    assert.equal(reading.subject?.name, 'sample-image');
    assert.equal(reading.subject?.platform, 'linux/amd64');
    assert.match(reading.subject?.digest ?? '', /^sha256:e05b1759/);
    const bsdutils = named(reading, 'bsdutils');
    assert.equal(bsdutils.version, '1:2.38.1-5+deb12u2');
    assert.deepEqual(bsdutils.source, { name: 'util-linux', version: '2.38.1-5+deb12u2' });
    assert.equal(bsdutils.architecture, 'amd64');
    assert.equal(bsdutils.evidence[0]?.path, 'var/lib/dpkg/status');
    assert.match(bsdutils.layer ?? '', /^sha256:aa180f16/);
    assert.deepEqual(bsdutils.cpes, [], 'CPEs that Syft tries are passed over');
    const minimist = named(reading, 'minimist');
    assert.deepEqual(minimist.licences, ['MIT']);
    assert.equal(minimist.supplier, 'James Halliday <mail@substack.net>');
    assert.equal(minimist.homepage, 'https://github.com/substack/minimist');
    assert.equal(minimist.evidence[0]?.path, 'app/node_modules/minimist/package.json');
    const libc = named(reading, 'libc6');
    assert.deepEqual(libc.dependsOn, [named(reading, 'libgcc-s1').id]);
  });

  test('the same in tag-value and in SPDX 3.0', () => {
    const { packages, distribution, subject, coverage } = read('syft-sample.spdx.json.gz');
    for (const [file, format] of [
      ['syft-sample.spdx.gz', 'SPDX 2.3 (tag-value)'],
      ['syft-sample.spdx3.json.gz', 'SPDX 3.0.1 (JSON-LD)'],
    ] as const) {
      const reading = read(file);
      assert.equal(reading.format, format);
      assert.deepEqual(reading.distribution, distribution, file);
      assert.deepEqual(reading.subject, subject, file);
      assert.deepEqual(reading.coverage, coverage, file);
      assert.deepEqual(reading.packages, packages, file);
    }
  });

  test('epochs of CentOS, and the source by its file name', () => {
    const reading = read('syft-centos8.spdx.json');
    assert.deepEqual([reading.distribution?.id, reading.distribution?.versionId], ['centos', '8']);
    assert.deepEqual(
      reading.packages.map(({ name, version, source }) => [name, version, source?.name, source?.version]),
      // as rpm prints them
      [
        ['conmon', '2:2.0.6-1.module_el8.2.0+305+5e198a41', 'conmon', '2.0.6-1.module_el8.2.0+305+5e198a41'],
        ['libuuid', '2.32.1-22.el8', 'util-linux', '2.32.1-22.el8'],
        ['perl-Errno', '0:1.28-416.el8', 'perl', '5.26.3-416.el8'],
        [
          'python36',
          '3.6.8-2.module_el8.1.0+245+c39af44f',
          'python36',
          '3.6.8-2.module_el8.1.0+245+c39af44f',
        ],
      ],
    );
    assert.equal(named(reading, 'conmon').supplier, 'CentOS');
  });
});

describe('Trivy', () => {
  test('a system, its packages and where they are, in JSON and tag-value', () => {
    const reading = read('trivy-sample.spdx.json.gz');
    assert.equal(reading.packages.length, 96, 'the application that Trivy lists as a heading is no package');
    assert.deepEqual(reading.coverage, []);
    assert.deepEqual([reading.distribution?.id, reading.distribution?.versionId], ['debian', '12.8']);
    const bsdutils = named(reading, 'bsdutils');
    assert.equal(bsdutils.version, '1:2.38.1-5+deb12u2', 'the epoch is in a qualifier');
    assert.deepEqual(bsdutils.source, { name: 'util-linux', version: '2.38.1-5+deb12u2' });
    assert.equal(bsdutils.supplier, 'util-linux packagers <util-linux@packages.debian.org>');
    assert.match(bsdutils.layer ?? '', /^sha256:83e6b831/);
    assert.equal(named(reading, 'minimist').evidence[0]?.path, 'app/node_modules/minimist/package.json');
    assert.deepEqual(read('trivy-sample.spdx.gz').packages, reading.packages);
  });

  test('modules of CentOS, epochs, the source without the epoch of the package', () => {
    const reading = read('trivy-centos8.spdx.json');
    assert.deepEqual([reading.distribution?.id, reading.distribution?.versionId], ['centos', '8.4.2105']);
    const perl = named(reading, 'perl-Errno');
    assert.deepEqual(perl.source, { name: 'perl', version: '5.26.3-416.el8' });
    assert.equal(named(reading, 'conmon').version, '2:2.0.6-1.module_el8.2.0+305+5e198a41');
    assert.equal(
      named(reading, 'conmon').modularityLabel,
      'container-tools:rhel8:8020020200507003530:0d58ad57',
    );
  });
});

describe('what packages say', () => {
  const cases: readonly (readonly [what: string, element: object, expected: Partial<Package>])[] = [
    [
      'a purl of SPDX 2.1, under its old name',
      {
        externalRefs: [
          { referenceType: 'http://spdx.org/rdf/references/purl', referenceLocator: 'pkg:npm/b@1' },
        ],
      },
      { name: 'b', version: '1', type: 'npm' },
    ],
    [
      'a Go module with four parts, from Syft',
      purl('pkg:golang/a.example/b/c@v2.0.0#v2'),
      { name: 'a.example/b/c/v2' },
    ],
    ['group and artifact of Maven', purl('pkg:maven/g/a@1'), { name: 'g:a' }],
    ['no purl', { name: 'nginx', versionInfo: '1.25' }, { name: 'nginx', version: '1.25', type: 'generic' }],
    [
      'a licence expression',
      { ...purl('pkg:npm/b@1'), licenseDeclared: 'MIT OR Zlib' },
      { licences: ['MIT OR Zlib'] },
    ],
    [
      'what was concluded, where nothing is declared',
      { ...purl('pkg:npm/b@1'), licenseDeclared: 'NOASSERTION', licenseConcluded: 'MIT' },
      { licences: ['MIT'] },
    ],
    [
      'licences of the document by their names',
      { ...purl('pkg:npm/b@1'), licenseDeclared: 'MIT AND LicenseRef-1' },
      { licences: ['MIT', 'GPL-2+ with an exception'] },
    ],
    [
      'an organisation with an address',
      { ...purl('pkg:npm/b@1'), supplier: 'Organization: O (o@o.example)' },
      { supplier: 'O <o@o.example>' },
    ],
    [
      'whoever wrote it, where nobody supplies it',
      { ...purl('pkg:npm/b@1'), supplier: 'NOASSERTION', originator: 'Person: P (see the readme)' },
      { supplier: 'P (see the readme)' },
    ],
    [
      'checksums that packages have',
      {
        ...purl('pkg:npm/b@1'),
        checksums: [
          { algorithm: 'SHA1', checksumValue: 'A'.repeat(40) },
          { algorithm: 'MD6', checksumValue: 'ab' },
        ],
      },
      { checksums: [{ algorithm: 'sha1', hex: 'a'.repeat(40) }] },
    ],
    [
      'a layer in an annotation, from newer versions of Trivy',
      {
        ...purl('pkg:npm/b@1'),
        annotations: [{ annotator: 'Tool: trivy', comment: `LayerDiffID: sha256:${'a'.repeat(64)}` }],
      },
      { layer: `sha256:${'a'.repeat(64)}` as NonNullable<Package['layer']> },
    ],
  ];
  const extracted = { licenseId: 'LicenseRef-1', name: 'GPL-2+ with an exception', extractedText: 'long' };
  for (const [what, element, expected] of cases) {
    test(what, () => {
      const { packages, coverage } = readPackages([element], { hasExtractedLicensingInfos: [extracted] });
      assert.deepEqual(coverage, []);
      assert.equal(packages.length, 1);
      assert.deepEqual({ ...packages[0], ...expected }, packages[0]);
    });
  }

  test('unknown types and unreadable purls are said, images in the image are not packages', () => {
    const { packages, coverage } = readPackages([
      purl('pkg:bazel/a@1'),
      purl('pkg:bazel/b@1'),
      purl('no purl'),
      { name: 'nameless' },
      purl('pkg:oci/debian@sha256%3Aab'),
      { ...purl('pkg:npm/image@1'), primaryPackagePurpose: 'LIBRARY' },
    ]);
    assert.deepEqual(
      packages.map(({ name }) => name),
      ['image'],
    );
    assert.deepEqual(coverage.map(({ code, subject }) => `${code} ${subject}`).sort(), [
      'ECOSYSTEM_NOT_COVERED bazel',
      'EVIDENCE_UNREADABLE no purl',
      'PACKAGE_WITHOUT_VERSION nameless',
    ]);
  });
});

const relationship = (from: number, relationshipType: string, to: number, comment?: string) => ({
  spdxElementId: `SPDXRef-${from}`,
  relationshipType,
  relatedSpdxElement: `SPDXRef-${to}`,
  ...(comment === undefined ? {} : { comment }),
});

const describes = (to: number) => ({
  ...relationship(0, 'DESCRIBES', to),
  spdxElementId: 'SPDXRef-DOCUMENT',
});

describe('relationships', () => {
  const [deb, npm] = [purl('pkg:deb/debian/node-semver@7?distro=debian-12'), purl('pkg:npm/semver@7')];

  const cases: readonly (readonly [type: string, comment: string | undefined, needs: boolean])[] = [
    ['DEPENDS_ON', undefined, true],
    ['DYNAMIC_LINK', undefined, true],
    ['HAS_PREREQUISITE', undefined, true],
    ['DEV_DEPENDENCY_OF', undefined, false],
    ['OTHER', 'dependency-of: as Syft would say', false],
  ];
  for (const [type, comment, needs] of cases) {
    test(`${type} ${comment ?? ''}`, () => {
      const { packages } = readPackages([deb, npm], { relationships: [relationship(0, type, 1, comment)] });
      assert.deepEqual(packages[0]?.dependsOn, needs ? ['pkg:npm/semver@7'] : []);
    });
  }

  test('said from the other side', () => {
    const { packages } = readPackages([deb, npm], {
      relationships: [relationship(1, 'RUNTIME_DEPENDENCY_OF', 0)],
    });
    assert.deepEqual(packages[0]?.dependsOn, ['pkg:npm/semver@7']);
  });

  test('a system package owns what it contains, as Hallmark and as Syft say it', () => {
    for (const [type, comment] of [
      ['CONTAINS', undefined],
      ['OTHER', 'ownership-by-file-overlap: indicates that the parent package claims ownership'],
    ] as const) {
      const { packages } = readPackages([deb, npm], { relationships: [relationship(0, type, 1, comment)] });
      assert.equal(packages[1]?.ownedBy, packages[0]?.id, type);
    }
    const reversed = readPackages([npm, deb], { relationships: [relationship(0, 'CONTAINS', 1)] });
    assert.ok(reversed.packages.every(({ ownedBy }) => ownedBy === null));
  });

  test('what a package was built from is not installed', () => {
    const { packages } = readPackages(
      [
        purl('pkg:rpm/redhat/openssl-libs@1.1.1k-9.el8?arch=x86_64&distro=rhel-8.9'),
        {
          ...purl('pkg:rpm/redhat/openssl@1.1.1k-9.el8?arch=src'),
          name: 'openssl',
          versionInfo: '1.1.1k-9.el8',
        },
      ],
      { relationships: [relationship(0, 'GENERATED_FROM', 1)] },
    );
    assert.equal(packages.length, 1);
    assert.deepEqual(packages[0]?.source, { name: 'openssl', version: '1.1.1k-9.el8' });
  });

  test("a repository that Wolfi built a package from is neither installed nor the package's source", () => {
    const { packages } = readPackages(
      [
        purl('pkg:apk/wolfi/curl@8.5.0-r0?distro=wolfi-20230201'),
        purl('pkg:github/curl/curl@curl-8_5_0'),
        purl('pkg:github/actions/checkout@v4'),
      ],
      { relationships: [relationship(0, 'GENERATED_FROM', 1)] },
    );
    assert.deepEqual(
      packages.map(({ name, source }) => [name, source]),
      [
        ['curl', null],
        ['actions/checkout', null],
      ],
    );
  });

  test('the one thing that is described is the subject; of many packages none is', () => {
    const one = readPackages([npm, deb], { relationships: [describes(0)] });
    assert.deepEqual([one.subject?.name, one.packages.length], ['a', 1]);
    const both = readPackages([npm, deb], { documentDescribes: ['SPDXRef-0', 'SPDXRef-1'] });
    assert.deepEqual([both.subject, both.packages.length], [null, 2]);
    const image = { ...purl(`pkg:oci/app@sha256%3A${'c'.repeat(64)}?arch=arm64`), name: 'app' };
    const container = readPackages([npm, image, deb], { relationships: [describes(1), describes(0)] });
    assert.deepEqual(
      [container.subject?.name, container.subject?.digest, container.subject?.platform],
      ['app', `sha256:${'c'.repeat(64)}`, 'linux/arm64'],
    );
  });
});

test("GitHub's wrapper around its export is taken off", () => {
  const document = {
    spdxVersion: 'SPDX-2.3',
    packages: [{ SPDXID: 'SPDXRef-1', name: 'a', ...purl('pkg:npm/a@1') }],
  };
  const { packages, format } = readBill(Buffer.from(JSON.stringify({ sbom: document })));
  assert.deepEqual([format, packages.length], ['SPDX 2.3 (JSON)', 1]);
});

test('any field with any value', () => {
  const { packages, relationships } = toSpdx2(INPUT, { created: CREATED }, '2.3');
  const elements: readonly object[] = [...packages, ...relationships];
  const change = fc.record({
    at: fc.nat(elements.length - 1),
    field: fc.constantFrom(...new Set(elements.flatMap((element) => Object.keys(element)))),
    value: fc.jsonValue({ maxDepth: 3 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.jsonValue(), (changes, other) => {
      const changed = elements.map((element, index) => ({
        ...element,
        ...Object.fromEntries(
          changes.filter(({ at }) => at === index).map(({ field, value }) => [field, value]),
        ),
      }));
      const document = {
        spdxVersion: 'SPDX-2.3',
        packages: changed,
        files: changed,
        relationships: changed,
        creationInfo: other,
        hasExtractedLicensingInfos: other,
      };
      assert.ok(readBill(Buffer.from(JSON.stringify(document))));
    }),
    { numRuns: 200 },
  );
});
