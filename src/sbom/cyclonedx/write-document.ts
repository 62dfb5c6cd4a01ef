/** From an assessment to a CycloneDX document. ECMA-424, https://cyclonedx.org/docs/1.7/json/. */
import type { Distribution } from '../../model/package.ts';
import { type BillInput, type BillOptions, billPackages, billUuid, isCpe, listed } from '../bill.ts';
import { nameImage } from '../image-name.ts';
import { imageProperties } from '../image-properties.ts';
import { coverageProperties, distributionProperties } from '../properties.ts';
import type { CycloneDxComponent, CycloneDxDocument, ReferableComponent } from './document.ts';
import { packageComponent, toNameValue } from './package-component.ts';
import { readSystem } from './read-system.ts';
import {
  type CycloneDxVersion,
  DEFAULT_CYCLONEDX,
  type Specification,
  SPECIFICATIONS,
} from './specification.ts';

/**
 * The bill of materials of an image. The same input gives the same document; its serial number depends on the input,
 * not on the time.
 */
export function toCycloneDx(
  input: BillInput,
  options: BillOptions,
  version: CycloneDxVersion = DEFAULT_CYCLONEDX,
): CycloneDxDocument {
  const specification = SPECIFICATIONS[version];
  const packages = billPackages(input, options);
  const image = imageComponent(input);
  const system = input.distribution === null ? [] : [systemComponent(input.distribution, specification)];
  const components = [...system, ...packages.map((pkg) => packageComponent(pkg, specification))];
  const seen = coverageProperties(input.coverage);
  return {
    $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: version,
    serialNumber: `urn:uuid:${billUuid(`cyclonedx ${version}`, input, options)}`,
    version: 1,
    metadata: {
      timestamp: options.created,
      ...(specification.lifecycles ? { lifecycles: [{ phase: 'post-build' }] } : {}),
      tools: specification.toolComponents
        ? { components: [{ type: 'application', ...input.tool }] }
        : [input.tool],
      component: image,
      ...listed('properties', seen.map(toNameValue)),
    },
    components,
    dependencies: [
      { ref: image['bom-ref'], dependsOn: components.map((component) => component['bom-ref']) },
      ...system.map(({ 'bom-ref': ref }) => ({ ref, dependsOn: [] })),
      ...packages.map(({ id, dependsOn }) => ({ ref: id, dependsOn })),
    ],
    // nothing but what catalogers read is known, so the list is never called complete
    compositions: [{ aggregate: seen.length > 0 ? 'incomplete' : 'unknown', assemblies: [image['bom-ref']] }],
  };
}

function imageComponent({ image }: BillInput): ReferableComponent {
  const { name, purl } = nameImage(image);
  return {
    type: image.kind === 'image' ? 'container' : 'file',
    'bom-ref': purl ?? `image:${name}`,
    name,
    ...(image.digest === null ? {} : { version: image.digest }),
    ...(purl === null ? {} : { purl }),
    ...listed('properties', imageProperties(image).map(toNameValue)),
  };
}

function systemComponent(distribution: Distribution, { occurrences }: Specification): ReferableComponent {
  const { id, versionId, prettyName, cpe, path } = distribution;
  const fields: CycloneDxComponent = {
    type: 'operating-system',
    name: id,
    ...(versionId === null ? {} : { version: versionId }),
    description: prettyName,
    ...(isCpe(cpe) ? { cpe } : {}),
    ...(occurrences ? { evidence: { occurrences: [{ location: `/${path}` }] } } : {}),
  };
  const { type, ...rest } = fields;
  return {
    type,
    'bom-ref': `os:${id}${versionId === null ? '' : `@${versionId}`}`,
    ...rest,
    properties: distributionProperties(distribution, readSystem(fields)).map(toNameValue),
  };
}
