import { createHash } from 'node:crypto';
import type { Assessment } from '../model/assessment.ts';
import type { Distribution, Package } from '../model/package.ts';

/** What a bill of materials is written from: an assessment, with or without findings. */
export type BillInput = Pick<Assessment, 'tool' | 'image' | 'distribution' | 'packages' | 'coverage'>;

export interface BillOptions {
  /** RFC 3339, in UTC and whole seconds. */
  readonly created: string;
  /** Lists the files that each package owns. */
  readonly files?: boolean;
}

/** A fact that a format has no field for, under a name that begins with `hallmark:`. */
export type Property = readonly [name: string, value: string];

/** Packages in the order of their identifiers, by code unit. */
export function sortedPackages(packages: readonly Package[]): Package[] {
  return packages.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Hexadecimal SHA-256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * A UUID that is the same for the same facts, whenever the bill is written. Version 8, for names of one's own making.
 * RFC 9562, section 5.8.
 */
export function billUuid(
  format: 'cyclonedx' | 'spdx',
  input: BillInput,
  { files = false }: BillOptions,
): string {
  const { tool, image, distribution, coverage } = input;
  const facts = [format, files, tool, image, distribution, sortedPackages(input.packages), coverage];
  const hex = sha256(JSON.stringify(facts));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Keeps those properties that have a value. */
function properties(...given: readonly (readonly [string, string | null | undefined])[]): Property[] {
  return given.flatMap(([name, value]): Property[] => (value ? [[`hallmark:${name}`, value]] : []));
}

/** What is known of a package and has no field of its own in either format. */
export function packageProperties(pkg: Package): Property[] {
  return properties(
    ['type', pkg.type],
    ['architecture', pkg.architecture],
    ['source:name', pkg.source?.name],
    ['source:version', pkg.source?.version],
    ['modularityLabel', pkg.modularityLabel],
    ['layer', pkg.layer],
    ['homepage', isWebAddress(pkg.homepage) ? null : pkg.homepage],
    ['ownedBy', pkg.ownedBy],
    ['supplier', pkg.supplier],
    ...pkg.licences.map((licence) => ['licence', licence] as const),
    ...pkg.dependencies.map((name) => ['dependency', name] as const),
  );
}

/** What is known of the image and has no field of its own in either format. */
export function imageProperties({ image }: BillInput): Property[] {
  return properties(
    ['image:reference', image.reference],
    ['image:kind', image.kind],
    ['image:digest', image.digest],
    ['image:indexDigest', image.indexDigest],
    ['image:configDigest', image.configDigest],
    ['image:platform', image.platform],
    ['image:created', image.created],
    ['image:author', image.author],
    ...image.layers.flatMap((layer) => [
      [`image:layer:${layer.index}:diffId`, layer.diffId] as const,
      [`image:layer:${layer.index}:digest`, layer.digest] as const,
    ]),
    ...sortedEntries(image.labels).map(([name, value]) => [`image:label:${name}`, value] as const),
    ...sortedEntries(image.annotations).map(([name, value]) => [`image:annotation:${name}`, value] as const),
  );
}

/** What is known of the distribution and has no field of its own in either format. */
export function distributionProperties(distribution: Distribution): Property[] {
  return properties(
    ['distribution:codename', distribution.codename],
    ['distribution:idLike', distribution.idLike.join(' ')],
    ['distribution:rolling', distribution.rolling ? 'true' : null],
    ['distribution:cpe', isCpe(distribution.cpe) ? null : distribution.cpe],
  );
}

function sortedEntries(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** An address that may stand in a field for addresses: absolute, of the web, and without white space. */
export function isWebAddress(text: string | null): text is string {
  return text !== null && /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** CPE 2.3, or 2.2 as a URI. NIST IR 7695. */
export function isCpe(text: string | null): text is string {
  return text !== null && /^cpe:(?:2\.3:|\/)[\x21-\x7e]+$/.test(text);
}

export interface Actor {
  readonly name: string;
  readonly email: string | null;
}

/** `Debian OpenSSL Team <pkg-openssl-devel@lists.alioth.debian.org>` in two parts; a home page in brackets is left out. */
export function parseActor(text: string): Actor {
  const open = text.indexOf('<');
  const close = text.indexOf('>', open);
  if (open < 0 || close < 0) return { name: text.trim(), email: null };
  const email = text.slice(open + 1, close).trim();
  const name = text.slice(0, open).trim();
  const plain = /^[^\s@<>()]+@[^\s@<>()]+$/.test(email);
  return { name: name || email, email: plain ? email : null };
}
