/** Writes CycloneDX 1.6 as JSON. ECMA-424, https://cyclonedx.org/docs/1.6/json/. */
import { type Distribution, type Evidence, formatPlace, type Package } from '../model/package.ts';
import {
  type BillInput,
  type BillOptions,
  billUuid,
  distributionProperties,
  imageProperties,
  isCpe,
  isWebAddress,
  packageProperties,
  parseActor,
  type Property,
  sortedPackages,
} from './bill.ts';
import { nameImage } from './image-name.ts';
import { readLicences } from './licences.ts';

interface NameValue {
  readonly name: string;
  readonly value: string;
}

interface Contact {
  readonly name?: string;
  readonly email?: string;
}

type LicenceChoice =
  | {
      readonly license: {
        readonly id?: string;
        readonly name?: string;
        readonly acknowledgement: 'declared';
      };
    }
  | { readonly expression: string; readonly acknowledgement: 'declared' };

export interface CycloneDxComponent {
  readonly type: 'application' | 'container' | 'file' | 'library' | 'operating-system';
  readonly 'bom-ref'?: string;
  readonly supplier?: { readonly name: string; readonly contact?: readonly Contact[] };
  readonly authors?: readonly Contact[];
  readonly group?: string;
  readonly name: string;
  readonly version?: string;
  readonly description?: string;
  readonly licenses?: readonly LicenceChoice[];
  readonly cpe?: string;
  readonly purl?: string;
  readonly externalReferences?: readonly { readonly type: 'website'; readonly url: string }[];
  readonly components?: readonly CycloneDxComponent[];
  readonly evidence?: {
    readonly occurrences: readonly { readonly location: string; readonly additionalContext?: string }[];
  };
  readonly properties?: readonly NameValue[];
}

/** A component that others refer to. */
type ReferableComponent = CycloneDxComponent & { readonly 'bom-ref': string };

export interface CycloneDxDocument {
  readonly $schema: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: {
    readonly timestamp: string;
    readonly lifecycles: readonly { readonly phase: 'post-build' }[];
    readonly tools: { readonly components: readonly CycloneDxComponent[] };
    readonly component: CycloneDxComponent;
    readonly properties?: readonly NameValue[];
  };
  readonly components: readonly CycloneDxComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly compositions: readonly {
    readonly aggregate: 'incomplete' | 'unknown';
    readonly assemblies: readonly string[];
  }[];
}

/**
 * The bill of materials of an image. The same input gives the same document; its serial number depends on the input,
 * not on the time.
 */
export function toCycloneDx(input: BillInput, options: BillOptions): CycloneDxDocument {
  const packages = sortedPackages(input.packages);
  const image = imageComponent(input);
  const system = input.distribution === null ? [] : [systemComponent(input.distribution)];
  const installed = packages.map((pkg) => {
    const facts = packageProperties(pkg);
    return packageComponent(pkg, facts, options.files === true);
  });
  const components = [...system, ...installed];
  const seen = input.coverage.map(({ code, subject, message }) => ({
    name: `hallmark:coverage:${code}`,
    value: `${subject}: ${message}`,
  }));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${billUuid('cyclonedx', input, options)}`,
    version: 1,
    metadata: {
      timestamp: options.created,
      lifecycles: [{ phase: 'post-build' }],
      tools: { components: [{ type: 'application', ...input.tool }] },
      component: image,
      ...listed('properties', seen),
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

function imageComponent(input: BillInput): ReferableComponent {
  const { image } = input;
  const { name, purl } = nameImage(image);
  return {
    type: image.kind === 'image' ? 'container' : 'file',
    'bom-ref': purl ?? `image:${name}`,
    name,
    ...(image.digest === null ? {} : { version: image.digest }),
    ...(purl === null ? {} : { purl }),
    ...listed('properties', imageProperties(input).map(toNameValue)),
  };
}

function systemComponent(distribution: Distribution): ReferableComponent {
  const { id, versionId, prettyName, cpe, path } = distribution;
  return {
    type: 'operating-system',
    'bom-ref': `os:${id}${versionId === null ? '' : `@${versionId}`}`,
    name: id,
    ...(versionId === null ? {} : { version: versionId }),
    description: prettyName,
    ...(isCpe(cpe) ? { cpe } : {}),
    evidence: { occurrences: [{ location: `/${path}` }] },
    ...listed('properties', distributionProperties(distribution).map(toNameValue)),
  };
}

function packageComponent(pkg: Package, facts: readonly Property[], files: boolean): ReferableComponent {
  const [group, name] = splitScope(pkg);
  return {
    type: 'library',
    'bom-ref': pkg.id,
    ...makerOf(pkg),
    ...(group === null ? {} : { group }),
    name,
    ...(pkg.version === '' ? {} : { version: pkg.version }),
    ...(pkg.description === null ? {} : { description: pkg.description }),
    ...listed('licenses', licenceChoices(pkg.licences)),
    purl: pkg.purl,
    ...(isWebAddress(pkg.homepage) ? { externalReferences: [{ type: 'website', url: pkg.homepage }] } : {}),
    ...(files
      ? listed(
          'components',
          pkg.files.map((path) => ({ type: 'file' as const, name: `/${path}` })),
        )
      : {}),
    ...(pkg.evidence.length === 0 ? {} : { evidence: { occurrences: pkg.evidence.map(occurrence) } }),
    properties: facts.map(toNameValue),
  };
}

/** The scope of an npm package is its group. */
function splitScope({ type, name }: Package): [group: string | null, name: string] {
  const slash = name.indexOf('/');
  return type === 'npm' && slash > 0 ? [name.slice(0, slash), name.slice(slash + 1)] : [null, name];
}

/** Who distributes a system's package is its supplier; an npm package names its author. */
function makerOf({ type, supplier }: Package): Pick<CycloneDxComponent, 'authors' | 'supplier'> {
  if (supplier === null || supplier.trim() === '') return {};
  const { name, email } = parseActor(supplier);
  const contact = { name, ...(email === null ? {} : { email }) };
  return type === 'npm'
    ? { authors: [contact] }
    : { supplier: { name, ...(email === null ? {} : { contact: [contact] }) } };
}

/** One expression stands alone; several declarations are a list, whose entries are identifiers or names. */
function licenceChoices(declared: readonly string[]): LicenceChoice[] {
  const acknowledgement = 'declared';
  const licences = readLicences(declared);
  return licences.map((licence): LicenceChoice => {
    if (licence.kind === 'id') return { license: { id: licence.id, acknowledgement } };
    if (licence.kind === 'text') return { license: { name: licence.text, acknowledgement } };
    return licences.length === 1
      ? { expression: licence.expression, acknowledgement }
      : { license: { name: licence.expression, acknowledgement } };
  });
}

function occurrence(evidence: Evidence): { location: string; additionalContext?: string } {
  const { layer, step } = evidence;
  const context = [
    ...(layer === null ? [] : [`layer ${layer}`]),
    ...(step === null ? [] : [`build step ${step}`]),
  ].join(', ');
  return { location: `/${formatPlace(evidence)}`, ...(context === '' ? {} : { additionalContext: context }) };
}

function toNameValue([name, value]: Property): NameValue {
  return { name, value };
}

/** The field with its list, or nothing for an empty list. */
function listed<K extends string, T>(field: K, list: readonly T[]): { readonly [key in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [field]: list } as { readonly [key in K]: readonly T[] });
}
