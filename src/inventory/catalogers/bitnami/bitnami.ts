/**
 * Components of Bitnami's images. Each has an SPDX document (2.3, JSON) in its directory, `.spdx-NAME.spdx`, which also
 * names the libraries that are compiled in. Images before 2023 have only the list `.bitnami_components.json`.
 */
import { isObject, type JsonObject, objectsIn, parseJsonObject, textIn } from '../../../formats/json.ts';
import { ModelError } from '../../../model/errors.ts';
import type { PackageType } from '../../../model/package.ts';
import { canonicalPurl, formatPurl, parsePurl, type Purl, type PurlParts } from '../../../model/purl.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, isPackageName, textOf, unreadable } from '../../evidence.ts';

const ROOT = 'opt/bitnami/';
const LIST = `${ROOT}.bitnami_components.json`;
const DOCUMENT = /^opt\/bitnami\/(?:[^/]+\/)*\.spdx-[^/]+\.spdx$/;

/** What the documents name of other kinds (jars, Go modules) shows itself; of these nothing else tells. */
const TYPES: ReadonlySet<string> = new Set<PackageType>(['bitnami', 'generic', 'github']);

type Component = {
  readonly purl: string;
  readonly licence: string | null;
  readonly supplier: string | null;
  readonly homepage: string | null;
  readonly cpes: readonly string[];
  readonly sha256: string | null;
  /** purls of the document that it contains or depends on. */
  readonly requires: readonly string[];
};

export type BitnamiRecord = readonly Component[];

export const bitnamiCataloger = defineCataloger<BitnamiRecord>({
  name: 'bitnami',
  version: 1,
  interests: [
    { suffixes: ['.spdx'], accepts: (path) => DOCUMENT.test(path), maxBytes: 32 * 1024 * 1024 },
    { paths: [LIST], maxBytes: 1024 * 1024 },
  ],
  read: readBitnamiFile,
  catalog: catalogBitnami,
});

function readBitnamiFile({ path, content }: EvidenceFile): ReadFile<BitnamiRecord> {
  const document = parseJsonObject(decodeText(content));
  if (document === null || (path !== LIST && !Array.isArray(document['packages']))) {
    const message = 'The file is not what Bitnami writes; the components that it names are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  return { record: path === LIST ? componentsInList(document) : componentsIn(document), coverage: [] };
}

const MAX_COMPONENTS = 20_000;

/** `{"redis": {"arch": "amd64", "distro": "debian-12", "type": "NAMI", "version": "7.4.1-0"}}`. */
function componentsInList(list: JsonObject): BitnamiRecord {
  return Object.entries(list)
    .slice(0, MAX_COMPONENTS)
    .flatMap(([name, facts]) => {
      if (!isObject(facts) || !isPackageName(name)) return [];
      const version = textOf(facts['version'], 256);
      const qualifiers = { arch: textOf(facts['arch'], 64), distro: textOf(facts['distro'], 64) };
      const digest = textIn(facts, 'digest').toLowerCase();
      return {
        purl: formatPurl({ type: 'bitnami', name, version, qualifiers }),
        licence: null,
        supplier: null,
        homepage: null,
        cpes: [],
        sha256: /^[0-9a-f]{64}$/.test(digest) ? digest : null,
        requires: [],
      };
    });
}

/** SPDX 2.3, sections 7 and 11. */
function componentsIn(document: JsonObject): BitnamiRecord {
  const byId = new Map<string, JsonObject & { readonly purl: Purl }>();
  for (const pkg of objectsIn(document['packages']).slice(0, MAX_COMPONENTS)) {
    const purl = purlOf(pkg);
    if (purl !== null) byId.set(textIn(pkg, 'SPDXID'), { ...pkg, purl });
  }
  const requires = new Map<string, Set<Purl>>();
  for (const relationship of objectsIn(document['relationships'])) {
    if (!['CONTAINS', 'DEPENDS_ON'].includes(textIn(relationship, 'relationshipType'))) continue;
    const needed = byId.get(textIn(relationship, 'relatedSpdxElement'));
    const from = textIn(relationship, 'spdxElementId');
    if (needed !== undefined && byId.has(from)) {
      const known = requires.get(from);
      if (known === undefined) requires.set(from, new Set([needed.purl]));
      else known.add(needed.purl);
    }
  }
  return [...byId].map(([id, pkg]) => ({
    purl: pkg.purl,
    licence: stated(pkg['licenseDeclared']) ?? stated(pkg['licenseConcluded']),
    supplier: stated(pkg['supplier'])?.replace(/^(?:Organization|Person): /, '') ?? null,
    homepage: stated(pkg['homepage']),
    cpes: referencesOf(pkg, 'cpe23Type'),
    sha256: null,
    requires: [...(requires.get(id) ?? [])].sort(),
  }));
}

function stated(value: unknown): string | null {
  const text = textOf(value);
  return text === 'NOASSERTION' || text === 'NONE' ? null : text;
}

function referencesOf(pkg: JsonObject, type: string): readonly string[] {
  return objectsIn(pkg['externalRefs'])
    .filter((reference) => reference['referenceType'] === type)
    .flatMap((reference) => textOf(reference['referenceLocator']) ?? []);
}

function purlOf(pkg: JsonObject): Purl | null {
  const [written] = referencesOf(pkg, 'purl');
  const parts = written === undefined ? null : tryPurl(written);
  return written !== undefined && parts !== null && TYPES.has(parts.type) ? canonicalPurl(written) : null;
}

function tryPurl(text: string): PurlParts | null {
  try {
    return parsePurl(text);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

function catalogBitnami(files: ReadonlyMap<string, BitnamiRecord>): Catalog {
  const packages: CatalogedPackage[] = [];
  const documented = new Set<string>();
  for (const [path, components] of files) {
    if (path === LIST) continue;
    for (const component of components) {
      documented.add(component.purl);
      packages.push(toPackage(component, path));
    }
  }
  const listed = (files.get(LIST) ?? []).filter(({ purl }) => !documented.has(purl));
  return { packages: [...packages, ...listed.map((component) => toPackage(component, LIST))], coverage: [] };
}

function toPackage(component: Component, path: string): CatalogedPackage {
  const { type, namespace, name, version, qualifiers } = parsePurl(component.purl);
  const { licence, supplier, homepage, cpes, sha256, requires } = component;
  return toCatalogedPackage({
    type: type as PackageType,
    purl: canonicalPurl(component.purl),
    name: namespace === null ? name : `${namespace}/${name}`,
    version: version ?? '',
    architecture: qualifiers['arch'] ?? null,
    licences: licence === null ? [] : [licence],
    supplier,
    homepage,
    cpes,
    checksums: sha256 === null ? [] : [{ algorithm: 'sha256', hex: sha256 }],
    evidence: [path],
    requires: requires.map(canonicalPurl),
  });
}
