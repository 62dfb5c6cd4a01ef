/**
 * Snaps that are unpacked in an image. `meta/snap.yaml` describes a snap; `snap/manifest.yaml`, where its builder asked for
 * it, names the Debian packages whose files were put into it. Snapcraft, "The snap format", "Snapcraft manifest".
 */
import { isObject, type JsonObject, textsIn } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import type { Coverage } from '../../../model/coverage.ts';
import { formatPurl } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogContext,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, isPackageName, NOTHING, textOf, unreadable } from '../../evidence.ts';

const FILE = /^(.*?)(?:meta\/snap\.yaml|snap\/manifest\.yaml)$/;

export type SnapRecord =
  | {
      readonly kind: 'snap';
      readonly name: string;
      readonly version: string;
      readonly architecture: string | null;
      readonly base: string | null;
      readonly summary: string | null;
      readonly licence: string | null;
      readonly homepage: string | null;
    }
  | {
      readonly kind: 'manifest';
      /** The distribution that the packages are from: `ubuntu`, `22.04`. */
      readonly id: string | null;
      readonly versionId: string | null;
      readonly architecture: string | null;
      /** As written: `libssl3=3.0.2-0ubuntu1.15`. */
      readonly packages: readonly string[];
    };

export const snapCataloger = defineCataloger<SnapRecord>({
  name: 'snap',
  version: 1,
  interests: [
    {
      parents: [
        { name: 'meta', suffix: 'snap.yaml' },
        { name: 'snap', suffix: 'manifest.yaml' },
      ],
      accepts: (path) => FILE.test(path),
      maxBytes: 1024 * 1024,
    },
  ],
  unit: (path) => FILE.exec(path)?.[1] ?? path,
  read: readSnapFile,
  catalog: catalogSnap,
});

function readSnapFile({ path, content }: EvidenceFile): ReadFile<SnapRecord> {
  const text = decodeText(content);
  const value = parseYaml(text);
  if (!isObject(value)) {
    const message = 'The file is not YAML of a snap; the snap that it describes is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  return path.endsWith('manifest.yaml') ? readManifest(value) : readSnap(value, text);
}

function readSnap(value: JsonObject, text: string): ReadFile<SnapRecord> {
  const name = textOf(value['name'], 100) ?? '';
  if (!/^[a-z0-9-]+$/.test(name)) return NOTHING;
  return {
    record: {
      kind: 'snap',
      name,
      version: versionIn(value, text),
      architecture: soleArchitecture(value),
      base: textOf(value['base'], 100),
      summary: textOf(value['summary']),
      licence: textOf(value['license']),
      homepage: textOf(Array.isArray(value['website']) ? value['website'][0] : value['website']),
    },
    coverage: [],
  };
}

/** snapd takes a version for text whatever it looks like; as a number 2.10 would lose its zero. */
function versionIn(value: JsonObject, text: string): string {
  const { version } = value as { readonly version?: unknown };
  if (typeof version !== 'number') return textOf(version, 256) ?? '';
  return boundedText(/^version:[ \t]+([\w.+-]+)[ \t]*$/m.exec(text)?.[1], 256) ?? '';
}

/** `all`, or what it was built for where that is one thing. */
function soleArchitecture(value: JsonObject): string | null {
  const [architecture, ...others] = textsIn(value['architectures']);
  return others.length === 0 ? boundedText(architecture, 64) : null;
}

const MAX_PACKAGES = 50_000;

function readManifest(value: JsonObject): ReadFile<SnapRecord> {
  // a manifest.yaml of something else
  if (value['snapcraft-version'] === undefined) return NOTHING;
  return {
    record: {
      kind: 'manifest',
      id: textOf(value['snapcraft-os-release-id'], 64),
      versionId: textOf(value['snapcraft-os-release-version-id'], 64),
      architecture: soleArchitecture(value),
      packages: textsIn(value['primed-stage-packages']).slice(0, MAX_PACKAGES),
    },
    coverage: [],
  };
}

type Manifest = Extract<SnapRecord, { readonly kind: 'manifest' }>;

function catalogSnap(files: ReadonlyMap<string, SnapRecord>, context: CatalogContext): Catalog {
  const packages: CatalogedPackage[] = [];
  const coverage: Coverage[] = [];
  for (const [path, record] of files) {
    if (record.kind === 'snap') packages.push(toSnapPackage(record, path));
    else if (isOtherRelease(record, context)) {
      if (record.packages.length > 0) coverage.push(ofOtherRelease(record, path));
    } else packages.push(...record.packages.flatMap((staged) => toStagedPackage(staged, record, path)));
  }
  return { packages, coverage };
}

function toSnapPackage(snap: Extract<SnapRecord, { readonly kind: 'snap' }>, path: string): CatalogedPackage {
  const { name, version, architecture } = snap;
  return toCatalogedPackage({
    type: 'snap',
    purl: formatPurl({ type: 'snap', name, version, qualifiers: { arch: architecture } }),
    name,
    version,
    architecture,
    licences: snap.licence === null ? [] : [snap.licence],
    description: snap.summary,
    homepage: snap.homepage,
    evidence: [path],
    dependencies: snap.base === null ? [] : [snap.base],
  });
}

/** Advisories of the image's distribution do not speak of what another release packaged. */
function isOtherRelease({ id, versionId }: Manifest, { distribution }: CatalogContext): boolean {
  return distribution !== null && (distribution.id !== id || distribution.versionId !== versionId);
}

function ofOtherRelease({ id, versionId, packages }: Manifest, path: string): Coverage {
  const release = [id, versionId].filter(Boolean).join(' ') || 'an unknown distribution';
  const message = `This snap holds files of ${packages.length} packages of ${release}, which is not the image's distribution; they are not reported.`;
  return unreadable(path, message);
}

function toStagedPackage(staged: string, manifest: Manifest, path: string): readonly CatalogedPackage[] {
  const equals = staged.indexOf('=');
  const [name = '', ofArchitecture] = staged.slice(0, Math.max(equals, 0)).split(':');
  const version = boundedText(staged.slice(equals + 1), 256) ?? '';
  if (!isPackageName(name)) return [];
  const architecture = ofArchitecture ?? manifest.architecture;
  const { id, versionId } = manifest;
  const purl = formatPurl({
    type: 'deb',
    namespace: id,
    name,
    version,
    qualifiers: { arch: architecture, distro: [id, versionId].filter(Boolean).join('-') },
  });
  return [toCatalogedPackage({ type: 'deb', purl, name, version, architecture, evidence: [path] })];
}
