/** What is known of a package and has no field of its own in a format: as properties, and read back. */
import { isDeepStrictEqual } from 'node:util';
import type { ZodType } from 'zod';
import type { Checksum, Evidence, Package } from '../model/package.ts';
import { lazyShapes } from './lazy-shapes.ts';
import {
  digestOf,
  digestShape,
  type Properties,
  type Property,
  shapesOf,
  textOf,
  textsOf,
  toProperties,
} from './properties.ts';
import type { PurlFacts } from './purl-facts.ts';
import type { StatedPackage } from './stated-package.ts';

type Named = readonly [name: string, value: string];

/**
 * Properties of a package. What a reader of the format's own fields gets right is not said twice.
 *
 * @param stated what such a reader gets; a field that the package leaves empty is empty there too
 */
export function packageProperties(pkg: Package, stated: StatedPackage): readonly Property[] {
  const text = (name: string, said: string | null | undefined, is: string | null) =>
    unsaid(name, said ?? null, is === null ? [] : [is], is);
  return toProperties(
    ['type', pkg.type],
    ['presence', pkg.presence],
    ['cataloger', pkg.cataloger],
    ...text('id', stated.ref, pkg.id),
    ...text('name', stated.name, pkg.name),
    ...text('version', stated.version, pkg.version),
    ['architecture', pkg.architecture],
    ['source:name', pkg.source?.name],
    ['source:version', pkg.source?.version],
    ['modularityLabel', pkg.modularityLabel],
    ['layer', pkg.layer],
    ['ownedBy', pkg.ownedBy],
    ...text('supplier', stated.supplier, pkg.supplier),
    ...text('description', stated.description, pkg.description),
    ...text('homepage', stated.homepage, pkg.homepage),
    ...unsaid('licence', stated.licences ?? [], pkg.licences, pkg.licences),
    ['licenceExpression', pkg.licenceExpression],
    ...pkg.licenceTexts.map((found): Named => ['licenceText', JSON.stringify(found)]),
    ...unsaid('cpe', stated.cpes ?? [], pkg.cpes, pkg.cpes),
    ...unsaid('checksum', stated.checksums ?? [], pkg.checksums.map(formatChecksum), pkg.checksums),
    ...unsaid('evidence', stated.evidence ?? [], pkg.evidence.map(toJson), pkg.evidence),
    ...unsaid('file', stated.files ?? [], pkg.files, pkg.files),
    ...pkg.dependencies.map((name): Named => ['dependency', name]),
  );
}

/** The properties of a field, unless what is said of it already is what it is. */
function unsaid(name: string, said: unknown, texts: readonly string[], is: unknown): readonly Named[] {
  return isDeepStrictEqual(said, is) ? [] : texts.map((text) => [name, text]);
}

const toJson = (value: object) => JSON.stringify(value);

const shapes = lazyShapes((z) => ({
  evidence: z.object({
    path: z.string(),
    inside: z.string().exactOptional(),
    layer: digestShape(z).nullable(),
    step: z.int().nonnegative().nullable(),
  }) satisfies ZodType<Evidence>,
  licenceText: z.object({ path: z.string(), expression: z.string(), confidence: z.number() }),
}));

/** True where Hallmark wrote the package's entry. */
export function isOwnPackage(properties: Properties | undefined): properties is Properties {
  return properties !== undefined && textOf(properties, 'type') !== null;
}

/** The package as it was when its entry was written, but for `dependsOn`, which every format has a place for. */
export function readPackageProperties(
  stated: StatedPackage,
  facts: Pick<PurlFacts, 'purl' | 'type'>,
  properties: Properties,
): Package {
  const text = (name: string) => textOf(properties, name);
  const source = text('source:name');
  return {
    id: text('id') ?? stated.ref,
    purl: facts.purl,
    type: facts.type,
    presence: text('presence') === 'declared' ? 'declared' : 'installed',
    cataloger: text('cataloger') ?? 'sbom',
    name: text('name') ?? stated.name,
    version: text('version') ?? stated.version,
    architecture: text('architecture'),
    source: source === null ? null : { name: source, version: text('source:version') },
    licences: ownOrSaid(textsOf(properties, 'licence'), stated.licences),
    licenceExpression: text('licenceExpression'),
    licenceTexts: shapesOf(properties, 'licenceText', () => shapes().licenceText),
    supplier: text('supplier') ?? stated.supplier ?? null,
    description: text('description') ?? stated.description ?? null,
    homepage: text('homepage') ?? stated.homepage ?? null,
    cpes: ownOrSaid(textsOf(properties, 'cpe'), stated.cpes),
    checksums: ownOrSaid(textsOf(properties, 'checksum').flatMap(parseChecksum), stated.checksums),
    modularityLabel: text('modularityLabel'),
    layer: digestOf(properties, 'layer'),
    evidence: ownOrSaid(
      shapesOf(properties, 'evidence', () => shapes().evidence),
      stated.evidence,
    ),
    files: ownOrSaid(textsOf(properties, 'file'), stated.files),
    ownedBy: text('ownedBy'),
    dependencies: textsOf(properties, 'dependency'),
    dependsOn: [],
  };
}

function ownOrSaid<T>(own: readonly T[], said: readonly T[] | undefined): readonly T[] {
  return own.length > 0 ? own : (said ?? []);
}

const formatChecksum = ({ algorithm, hex }: Checksum) => `${algorithm}:${hex}`;

/** How many hexadecimal digits a digest has. */
const HEX_LENGTHS: Readonly<Record<Checksum['algorithm'], number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

/** A checksum as any format writes it: `SHA-256`, `SHA256`, `sha256`. Nothing for what is none that Hallmark keeps. */
export function toChecksum(algorithm: string, hex: string): readonly Checksum[] {
  const name = algorithm.toLowerCase().replace('-', '');
  const digits = hex.toLowerCase();
  return Object.hasOwn(HEX_LENGTHS, name) &&
    digits.length === HEX_LENGTHS[name as Checksum['algorithm']] &&
    /^[0-9a-f]+$/.test(digits)
    ? [{ algorithm: name as Checksum['algorithm'], hex: digits }]
    : [];
}

function parseChecksum(text: string): readonly Checksum[] {
  const [algorithm = '', hex = ''] = text.split(':');
  return toChecksum(algorithm, hex);
}
