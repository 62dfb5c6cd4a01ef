/**
 * The packages of an image as they are kept for a question that is asked again and again: which flaws are known of them now. It has what
 * advisories are matched by and leaves out the rest, so that thousands of images are asked in one go.
 */
import { canonicalJson } from '../../formats/canonical-json.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import type { Assessment } from '../../model/assessment.ts';
import { type Distribution, type Package, PACKAGE_TYPES, type PackageType } from '../../model/package.ts';
import type { Purl } from '../../model/purl.ts';
import {
  applyShape,
  boolean,
  list,
  literal,
  nullable,
  object,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { PACKAGES_TYPE } from '../../trust/statements/predicate-types.ts';
import type { EvidenceDocument } from './evidence-artifact.ts';

/** A package without what only people want to know of it. */
export interface RecordedPackage extends Pick<
  Package,
  'purl' | 'type' | 'name' | 'version' | 'architecture' | 'source' | 'modularityLabel' | 'supplier'
> {
  /** False for what a lock file alone names. */
  readonly isInstalled: boolean;
  /** True where the image itself brought it, and not the one that it is built on. */
  readonly isOwn: boolean;
}

export interface PackageRecord {
  readonly distribution: Distribution | null;
  readonly packages: readonly RecordedPackage[];
}

/** @param parentLayers how many layers, from the lowest, are those of the image that this one is built on */
export function recordPackages(
  { distribution, packages, image }: Pick<Assessment, 'distribution' | 'packages' | 'image'>,
  parentLayers: number,
): PackageRecord {
  const own = new Set(image.layers.slice(parentLayers).map(({ diffId }) => diffId));
  return {
    distribution,
    packages: packages
      .map(
        ({
          purl,
          type,
          name,
          version,
          architecture,
          source,
          modularityLabel,
          supplier,
          presence,
          layer,
        }) => ({
          purl,
          type,
          name,
          version,
          architecture,
          source,
          modularityLabel,
          supplier,
          isInstalled: presence === 'installed',
          isOwn: layer !== null && own.has(layer),
        }),
      )
      .sort((a, b) => (a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0)),
  };
}

export function formatPackageRecord(record: PackageRecord): EvidenceDocument {
  return { predicateType: PACKAGES_TYPE, bytes: Buffer.from(canonicalJson({ version: 1, ...record })) };
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_PACKAGES = 1_000_000;

const text = string(64 * 1024);
const type: Shape<PackageType> = refined(
  string(100),
  (found): found is PackageType => (PACKAGE_TYPES as readonly string[]).includes(found),
  'a type of package',
);

const RECORD = object({
  version: literal(1),
  distribution: nullable(
    object({
      id: text,
      versionId: nullable(text),
      codename: nullable(text),
      idLike: list(text),
      prettyName: text,
      rolling: boolean,
      cpe: nullable(text),
      repositories: list(text),
      path: text,
    }),
  ),
  packages: list(
    object({
      purl: text as Shape<Purl>,
      type,
      name: text,
      version: text,
      architecture: nullable(text),
      source: nullable(object({ name: text, version: nullable(text) })),
      modularityLabel: nullable(text),
      supplier: nullable(text),
      isInstalled: boolean,
      isOwn: boolean,
    }),
    MAX_PACKAGES,
  ),
});

/** A mismatch says what in it is not as the format asks. */
export function readPackageRecord(bytes: Uint8Array): PackageRecord | ShapeMismatch {
  const json = readStrictJson(bytes, { maxBytes: MAX_BYTES, numbers: 'exact' });
  if ('problem' in json) return new ShapeMismatch('', json.problem);
  const found = applyShape(RECORD, json.value);
  if (found instanceof ShapeMismatch) return found;
  const { version: _version, ...record } = found;
  return record;
}
