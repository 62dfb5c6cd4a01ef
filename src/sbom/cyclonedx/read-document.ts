/** Reads CycloneDX 1.0 to 1.7 in JSON and XML, of Hallmark and of other tools. */
import { isObject, type JsonObject, objectsIn, textIn, textsIn } from '../../formats/json.ts';
import type { Coverage } from '../../model/coverage.ts';
import { isDigest } from '../../model/digest.ts';
import { readImagePurl } from '../image-name.ts';
import { readImageProperties } from '../image-properties.ts';
import { groupProperties, readCoverage } from '../properties.ts';
import type { BillDocument, BillReading, BillSubject } from '../reading.ts';
import { distributionOfPurls } from '../stated-distribution.ts';
import { type StatedPackage, toPackages } from '../stated-package.ts';
import { readComponent, readProperties } from './read-component.ts';
import { readDistribution } from './read-system.ts';
import { fromXml, isCycloneDxXml } from './xml.ts';

/** Components beyond these are left out: no image has as many packages. */
const MAX_COMPONENTS = 1_000_000;

export function readCycloneDx(document: BillDocument): BillReading | null {
  if (document.kind === 'xml' && isCycloneDxXml(document.root)) return readBom(fromXml(document.root), 'XML');
  if (document.kind === 'json' && document.value['bomFormat'] === 'CycloneDX') {
    return readBom(document.value, 'JSON');
  }
  return null;
}

function readBom(bom: JsonObject, serialisation: 'JSON' | 'XML'): BillReading {
  const metadata = isObject(bom['metadata']) ? bom['metadata'] : {};
  const subject = isObject(metadata['component']) ? metadata['component'] : null;
  const { components, coverage: cut } = flatten([
    ...objectsIn(subject?.['components']),
    ...objectsIn(bom['components']),
  ]);
  const system = components.find(({ type }) => type === 'operating-system');
  const needs = readDependencies(bom);
  const stated = components.filter(isPackage).map((component): StatedPackage => {
    const read = readComponent(component);
    return { ...read, dependsOn: needs.get(read.ref) ?? [] };
  });
  const { packages, purls, coverage } = toPackages(stated);
  const distribution = system === undefined ? null : readDistribution(system);
  return {
    format: `CycloneDX ${textIn(bom, 'specVersion')} (${serialisation})`,
    tool: readTool(metadata),
    subject: subject === null ? null : readSubject(subject),
    distribution: distribution ?? distributionOfPurls(purls),
    packages,
    coverage: [...readCoverage(groupProperties(readProperties(metadata))), ...cut, ...coverage],
  };
}

/** Components with those nested in them, in the document's order; files belong to the component that they are in. */
function flatten(roots: readonly JsonObject[]): {
  readonly components: readonly JsonObject[];
  readonly coverage: readonly Coverage[];
} {
  const components: JsonObject[] = [];
  const waiting = roots.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next['type'] === 'file') continue;
    if (components.length === MAX_COMPONENTS) {
      const message = `The bill of materials names more than ${MAX_COMPONENTS} components: the others were left out.`;
      return { components, coverage: [{ code: 'LIMIT_REACHED', subject: 'components', message }] };
    }
    components.push(next);
    for (const nested of objectsIn(next['components']).toReversed()) waiting.push(nested);
  }
  return { components, coverage: [] };
}

/** Types that name something else than a package. */
const NO_PACKAGES: ReadonlySet<unknown> = new Set([
  'container',
  'cryptographic-asset',
  'data',
  'device',
  'file',
  'operating-system',
]);

/**
 * A component with a purl, or with a name and a version. What is `excluded` is not in the image, and Trivy lists the
 * lock files that it read as applications without a version.
 */
function isPackage(component: JsonObject): boolean {
  if (NO_PACKAGES.has(component['type']) || component['scope'] === 'excluded') return false;
  return (
    textIn(component, 'purl') !== '' || component['type'] !== 'application' || Boolean(component['version'])
  );
}

function readDependencies(bom: JsonObject): ReadonlyMap<string, readonly string[]> {
  return new Map(
    objectsIn(bom['dependencies']).map((entry) => [textIn(entry, 'ref'), textsIn(entry['dependsOn'])]),
  );
}

/** The first of them; before CycloneDX 1.5 a list, since then components. */
function readTool(metadata: JsonObject): string | null {
  const { tools } = metadata;
  const [tool] = objectsIn(isObject(tools) ? tools['components'] : tools);
  if (tool === undefined) return null;
  return [textIn(tool, 'name'), textIn(tool, 'version')].filter(Boolean).join(' ') || null;
}

/** Trivy has digests in properties, Syft that of the manifest as version, others one in the purl. */
function readSubject(component: JsonObject): BillSubject {
  const properties = readProperties(component);
  const image = readImageProperties(groupProperties(properties));
  const name = textIn(component, 'name');
  if (image !== null) return { name, digest: image.digest, platform: image.platform, image };
  const { digest, platform } = readImagePurl(textIn(component, 'purl'));
  const stated = [
    textIn(component, 'version'),
    ...properties.filter(([key]) => key === 'aquasecurity:trivy:RepoDigest').map(([, value]) => value),
  ].map((text) => text.slice(text.indexOf('@') + 1));
  return {
    name,
    digest: digest ?? stated.find(isDigest) ?? readImagePurl(name).digest,
    platform,
    image: null,
  };
}
