/**
 * What other tools keep in properties of a component.
 *
 * Syft: `syft/format/common/cyclonedxhelpers`, names below `syft:`; Trivy: `pkg/sbom/cyclonedx`, names below
 * `aquasecurity:trivy:`; cdxgen: `SrcFile`.
 */
import { isDigest } from '../../model/digest.ts';
import type { Evidence, SourcePackage } from '../../model/package.ts';
import { parseSourceRpm } from '../../model/source-rpm.ts';
import { parsePlace } from '../place.ts';
import type { Property } from '../properties.ts';
import type { StatedPackage } from '../stated-package.ts';

const SYFT = 'syft:';
const TRIVY = 'aquasecurity:trivy:';

/**
 * Adds to what the component's own fields state; what those state stays. Syft's further CPEs (`syft:cpe23`) are
 * combinations of vendors and products that it tries, and are passed over.
 */
export function readToolProperties(stated: StatedPackage, properties: readonly Property[]): StatedPackage {
  const values = new Map(properties);
  const text = (name: string) => values.get(name) || null;
  const locations = syftLocations(values);
  const layer = text(`${TRIVY}LayerDiffID`) ?? locations[0]?.layer ?? null;
  const file = text(`${TRIVY}FilePath`) ?? text('SrcFile');
  const place: Evidence[] =
    file === null ? [] : [{ ...parsePlace(file), layer: digestIn(layer), step: null }];
  const given = stated.evidence ?? [];
  return {
    ...stated,
    source: trivySource(text) ?? syftSource(text),
    architecture: text(`${SYFT}metadata:architecture`),
    modularityLabel: text(`${TRIVY}Modularitylabel`) ?? text(`${SYFT}metadata:modularityLabel`),
    layer: digestIn(layer),
    evidence: [given, locations, place].find((list) => list.length > 0) ?? [],
  };
}

type Text = (name: string) => string | null;

/** `syft:location:0:path`, `syft:location:0:layerID`, in their numbers' order. */
function syftLocations(values: ReadonlyMap<string, string>): readonly Evidence[] {
  const found: Evidence[] = [];
  for (;;) {
    const path = values.get(`${SYFT}location:${found.length}:path`);
    if (path === undefined) return found;
    const layer = values.get(`${SYFT}location:${found.length}:layerID`) ?? null;
    found.push({ ...parsePlace(path), layer: digestIn(layer), step: null });
  }
}

function digestIn(text: string | null) {
  return text !== null && isDigest(text) ? text : null;
}

/** In parts that stand together as `epoch:version-release`. */
function trivySource(text: Text): SourcePackage | null {
  const name = text(`${TRIVY}SrcName`);
  if (name === null) return null;
  const version = text(`${TRIVY}SrcVersion`);
  const release = text(`${TRIVY}SrcRelease`);
  const epoch = text(`${TRIVY}SrcEpoch`);
  if (version === null) return { name, version: null };
  const whole = release === null ? version : `${version}-${release}`;
  return { name, version: epoch === null || epoch === '0' ? whole : `${epoch}:${whole}` };
}

/** Syft leaves the version out where it is the package's own. */
function syftSource(text: Text): SourcePackage | null {
  const rpm = text(`${SYFT}metadata:sourceRpm`);
  if (rpm !== null) return parseSourceRpm(rpm);
  const name = text(`${SYFT}metadata:source`) ?? text(`${SYFT}metadata:originPackage`);
  return name === null ? null : { name, version: text(`${SYFT}metadata:sourceVersion`) };
}
