/** Random images, for tests that nothing is lost and nothing breaks. */
import * as fc from 'fast-check';
import type { AssessedImage, AssessedLayer } from '../../src/model/assessment.ts';
import { COVERAGE_CODES, sortCoverage } from '../../src/model/coverage.ts';
import { type Digest, parseDigest } from '../../src/model/digest.ts';
import {
  type Checksum,
  type Distribution,
  type Evidence,
  formatPlace,
  type Package,
  type PackageType,
} from '../../src/model/package.ts';
import { formatPurl } from '../../src/model/purl.ts';
import type { BillInput } from '../../src/sbom/bill.ts';

type Text = fc.Arbitrary<string>;

/** Any text, and such as breaks formats. */
export function hostileText(): Text {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '',
      ' ',
      'a <b@c>',
      '<<>>',
      '</text>',
      'http://[',
      'https://a b',
      'https://a.example/',
      'LicenseRef-x',
      'MIT',
      'MIT or Apache-2.0',
      'MIT OR',
      '((((',
      '__proto__',
      'cpe:2.3:a:b:c:1:*:*:*:*:*:*:*',
      'a!/b',
      'é\r\n\tü: "x"',
      '\u0000',
    ),
  );
}

/** What XML 1.0 can hold; section 2.2, "Char". */
export function xmlText(): Text {
  return hostileText().map((text) =>
    text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?'),
  );
}

const digest: fc.Arbitrary<Digest> = hex(64).map((digits) => parseDigest(`sha256:${digits}`));
const step = fc.option(fc.nat(99));

function hex(length: number): Text {
  return fc.string({
    unit: fc.nat(15).map((digit) => digit.toString(16)),
    minLength: length,
    maxLength: length,
  });
}

const checksum: fc.Arbitrary<Checksum> = fc.oneof(
  fc.record({ algorithm: fc.constant('sha1' as const), hex: hex(40) }),
  fc.record({ algorithm: fc.constant('sha512' as const), hex: hex(128) }),
);

const TYPES: readonly PackageType[] = ['apk', 'deb', 'generic', 'golang', 'maven', 'npm', 'pypi', 'rpm'];

function evidence(text: Text): fc.Arbitrary<Evidence> {
  return fc.record(
    { path: text, inside: text, layer: fc.option(digest), step },
    { requiredKeys: ['path', 'layer', 'step'] },
  );
}

function packageOf(text: Text): fc.Arbitrary<Package> {
  const texts = fc.array(text, { maxLength: 3 });
  const facts = fc.record({
    type: fc.constantFrom(...TYPES),
    namespace: fc.option(text),
    name: text.filter((name) => /[^/]/.test(name)),
    version: text,
    presence: fc.constantFrom('installed' as const, 'declared' as const),
    cataloger: text,
    architecture: fc.option(text),
    source: fc.option(fc.record({ name: text, version: fc.option(text) })),
    licences: texts,
    licenceExpression: fc.option(fc.constantFrom('MIT', 'MIT OR Apache-2.0')),
    licenceTexts: fc.array(
      fc.record({ path: text, expression: text, confidence: fc.double({ min: 0, max: 1, noNaN: true }) }),
      { maxLength: 2 },
    ),
    supplier: fc.option(text),
    description: fc.option(text),
    homepage: fc.option(text),
    cpes: texts,
    checksums: fc.array(checksum, { maxLength: 2 }),
    modularityLabel: fc.option(text),
    layer: fc.option(digest),
    evidence: fc.array(evidence(text), { maxLength: 3 }),
    files: fc.uniqueArray(text, { maxLength: 3 }).map((paths) => paths.sort()),
    dependencies: texts,
  });
  return facts.map(({ namespace, ...pkg }) => {
    const { type, name, version } = pkg;
    const purl = formatPurl({ type, namespace: type === 'pypi' ? null : namespace, name, version });
    return { ...pkg, id: purl, purl, ownedBy: null, dependsOn: [] };
  });
}

/** Packages with identifiers of their own, in the order of an inventory, that need and own one another. */
function packagesOf(text: Text): fc.Arbitrary<readonly Package[]> {
  return fc
    .array(fc.tuple(packageOf(text), fc.nat(), fc.option(fc.nat())), { maxLength: 5 })
    .map((drafts) => {
      const ids = drafts.map(([{ purl }], index) => `${purl}#${index}`);
      const packages = drafts.map(([pkg, needs, owner], index): Package => {
        const id = ids[index] ?? '';
        const needed = ids.filter((other, bit) => other !== id && (needs & (1 << bit)) !== 0);
        const ownedBy = owner === null ? null : (ids[owner % ids.length] ?? null);
        return { ...pkg, id, ownedBy: ownedBy === id ? null : ownedBy, dependsOn: needed.sort() };
      });
      return packages.sort((a, b) => {
        const [x, y] = [sortKey(a), sortKey(b)];
        const at = x.findIndex((part, index) => part !== y[index]);
        return (x[at] ?? '') < (y[at] ?? '') ? -1 : 1;
      });
    });
}

function sortKey({ type, name, version, evidence: [main], id }: Package): readonly string[] {
  return [type, name, version, main === undefined ? '' : formatPlace(main), id];
}

function distributionOf(text: Text): fc.Arbitrary<Distribution> {
  return fc.record({
    id: text,
    versionId: fc.option(text),
    codename: fc.option(text),
    idLike: fc.array(text, { maxLength: 2 }),
    prettyName: text,
    rolling: fc.boolean(),
    cpe: fc.option(text),
    repositories: fc.array(text, { maxLength: 2 }),
    path: text,
  });
}

function layerOf(text: Text): fc.Arbitrary<Omit<AssessedLayer, 'index'>> {
  const purl = fc.nat(99).map((version) => formatPurl({ type: 'deb', name: 'a', version: String(version) }));
  const purls = fc.array(purl, { maxLength: 2 });
  return fc.record({
    diffId: digest,
    digest,
    sizeBytes: fc.maxSafeNat(),
    mediaType: text,
    step,
    base: fc.option(fc.boolean()),
    packages: fc.record({
      added: purls,
      removed: purls,
      changed: fc.array(fc.record({ from: purl, to: purl }), { maxLength: 1 }),
    }),
  });
}

function imageOf(text: Text): fc.Arbitrary<AssessedImage> {
  const maybe = fc.option(text);
  const texts = fc.array(text, { maxLength: 2 });
  const record = fc.uniqueArray(fc.tuple(text, text), { maxLength: 3, selector: ([name]) => name });
  return fc.record({
    reference: text.map((name) => `oci-dir:${name}`),
    kind: fc.constantFrom('image' as const, 'root-file-system' as const),
    digest: fc.option(digest),
    indexDigest: fc.option(digest),
    configDigest: fc.option(digest),
    platform: fc.option(fc.constantFrom('linux/amd64', 'linux/arm/v7')),
    created: maybe,
    author: maybe,
    labels: record.map((entries) => Object.fromEntries(entries)),
    annotations: record.map((entries) => Object.fromEntries(entries)),
    run: fc.option(
      fc.record({
        user: maybe,
        entrypoint: texts,
        command: texts,
        workingDirectory: maybe,
        environment: texts,
        exposedPorts: texts,
        volumes: texts,
        stopSignal: maybe,
        healthcheck: fc.option(texts),
        shell: texts,
      }),
    ),
    layers: fc
      .array(layerOf(text), { maxLength: 2 })
      .map((layers) => layers.map((layer, index) => ({ index, ...layer }))),
    history: fc.array(
      fc.record({ createdBy: maybe, created: maybe, author: maybe, comment: maybe, layer: step }),
      { maxLength: 2 },
    ),
    base: fc.option(
      fc.record({
        names: texts,
        digest: fc.option(digest),
        layers: step,
        source: fc.constantFrom('provenance' as const, 'index' as const),
        because: text,
      }),
    ),
  });
}

/** Whatever could be assessed, with texts of that kind. */
export function billInput(text: Text): fc.Arbitrary<BillInput> {
  const input = fc.record({
    tool: fc.constant({ name: 'hallmark' as const, version: '0.1.0' }),
    image: imageOf(text),
    distribution: fc.option(distributionOf(text)),
    packages: packagesOf(text),
    coverage: fc
      .array(fc.record({ code: fc.constantFrom(...COVERAGE_CODES), subject: text, message: text }), {
        maxLength: 2,
      })
      .map(sortCoverage),
  });
  // fast-check also makes objects without prototype, which a clone is not
  return input.map((made) => structuredClone(made));
}
