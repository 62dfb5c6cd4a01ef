/** Reads dependency snapshots for GitHub, of Hallmark, Syft, Trivy and other tools. */
import { isObject, type JsonObject, textIn, textsIn } from '../../formats/json.ts';
import { sortCoverage } from '../../model/coverage.ts';
import { isDigest } from '../../model/digest.ts';
import { ModelError } from '../../model/errors.ts';
import type { Distribution, Evidence } from '../../model/package.ts';
import { parsePurl } from '../../model/purl.ts';
import { parseFacts } from '../facts.ts';
import { readImageProperties } from '../image-properties.ts';
import { groupProperties, type Properties, readCoverage, readDistributionProperties } from '../properties.ts';
import type { BillDocument, BillReading } from '../reading.ts';
import { distributionOfPurls, toDistribution } from '../stated-distribution.ts';
import { type StatedPackage, toPackages } from '../stated-package.ts';
import { OWN } from './snapshot.ts';

export function readSnapshot(document: BillDocument): BillReading | null {
  if (document.kind !== 'json') return null;
  const { version, detector, manifests, metadata } = document.value;
  if (typeof version !== 'number' || !isObject(detector) || !isObject(manifests)) return null;
  const { packages, purls, coverage } = toPackages(linkManifests(Object.values(manifests).filter(isObject)));
  const image = readImageProperties(ownFacts(metadata, OWN.image));
  return {
    format: `GitHub dependency snapshot ${version}`,
    tool: [textIn(detector, 'name'), textIn(detector, 'version')].filter(Boolean).join(' ') || null,
    subject: image && { name: image.reference, digest: image.digest, platform: image.platform, image },
    distribution:
      readDistributionProperties(ownFacts(metadata, OWN.distribution), {}) ??
      syftDistribution(metadata) ??
      distributionOfPurls(purls),
    packages,
    coverage: sortCoverage([...readCoverage(ownFacts(metadata, OWN.document)), ...coverage]),
  };
}

/** Packages of all manifests; a name leads to the package of the same manifest, else to any that has it. */
function linkManifests(manifests: readonly JsonObject[]): readonly StatedPackage[] {
  const entries = manifests.flatMap((manifest, index) => {
    const evidence = readPlace(manifest);
    const { resolved } = manifest;
    return Object.entries(isObject(resolved) ? resolved : {}).flatMap(([key, entry]) =>
      // what is only for development is not in the image
      isObject(entry) && entry['scope'] !== 'development' ? [{ index, key, entry, evidence }] : [],
    );
  });
  const byKey = new Map(entries.map(({ index, key }) => [key, refOf(index, key)]));
  const refs = new Set(entries.map(({ index, key }) => refOf(index, key)));
  return entries.map(({ index, key, entry, evidence }): StatedPackage => {
    const needed = textsIn(entry['dependencies']).flatMap((name) => {
      const beside = refOf(index, name);
      return refs.has(beside) ? beside : (byKey.get(name) ?? []);
    });
    return { ...readResolved(key, entry, evidence), ref: refOf(index, key), dependsOn: needed };
  });
}

/** A key of one manifest. */
function refOf(manifest: number, key: string): string {
  return `${manifest}\0${key}`;
}

/** Of the purl, which may begin behind `pkg:` as in GitHub's own examples. */
export function readResolved(key: string, entry: JsonObject, evidence: readonly Evidence[]): StatedPackage {
  const purl = textIn(entry, 'package_url');
  return {
    ref: key,
    purl: purl === '' ? null : purl.startsWith('/') ? `pkg:${purl}` : purl,
    name: key,
    version: '',
    layer: evidence[0]?.layer ?? null,
    evidence,
    properties: ownFacts(entry['metadata'], OWN.package),
  };
}

/** Syft writes `image:/path` and the layer. */
function readPlace({ file, metadata }: JsonObject): readonly Evidence[] {
  const location = isObject(file) ? textIn(file, 'source_location') : '';
  const layer = isObject(metadata) ? textIn(metadata, 'syft:filesystem') : '';
  const path = location.slice(location.lastIndexOf(':/') + 1).replace(/^\/+/, '');
  return path === '' ? [] : [{ path, layer: isDigest(layer) ? layer : null, step: null }];
}

/** `pkg:generic/debian@12.8?like=…` in the snapshot's metadata. */
function syftDistribution(metadata: unknown): Distribution | null {
  const purl = isObject(metadata) ? textIn(metadata, 'syft:distro') : '';
  if (purl === '') return null;
  try {
    const { name, version, qualifiers } = parsePurl(purl);
    return toDistribution({ id: name, versionId: version, idLike: qualifiers['like']?.split(',') });
  } catch (error) {
    if (error instanceof ModelError) return null; // it is no purl; packages may tell
    throw error;
  }
}

function ownFacts(metadata: unknown, key: string): Properties {
  return groupProperties(isObject(metadata) ? parseFacts(textIn(metadata, key)) : []);
}
