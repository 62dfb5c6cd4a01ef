/** From a package to a component. What the component cannot hold goes into its properties. */
import {
  type Evidence,
  formatPlace,
  type Package,
  type PackageType,
  SYSTEM_TYPES,
} from '../../model/package.ts';
import { parsePurl } from '../../model/purl.ts';
import { isCpe, isWebAddress, listed, parseActor } from '../bill.ts';
import { declaredLicences, type Licence, readLicences } from '../licences.ts';
import { packageProperties } from '../package-properties.ts';
import type { Property } from '../properties.ts';
import { ecosystemName } from '../purl-facts.ts';
import {
  type ComponentType,
  type CycloneDxComponent,
  type Identity,
  type LicenceChoice,
  type NameValue,
  type Occurrence,
  type ReferableComponent,
} from './document.ts';
import { readComponent } from './read-component.ts';
import type { Specification } from './specification.ts';

export function packageComponent(pkg: Package, specification: Specification): ReferableComponent {
  const fields = fieldsOf(pkg, specification);
  return { ...fields, properties: packageProperties(pkg, readComponent(fields)).map(toNameValue) };
}

export function toNameValue([name, value]: Property): NameValue {
  return { name, value };
}

/** Fields stand in the order of the schema. */
function fieldsOf(pkg: Package, specification: Specification): ReferableComponent {
  const [cpe, ...furtherCpes] = pkg.cpes.filter(isCpe);
  const files = pkg.files.map((path) => ({ type: 'file' as const, name: `/${path}` }));
  return {
    type: componentType(pkg.type, specification),
    'bom-ref': pkg.id,
    ...makerOf(pkg, specification),
    ...groupAndName(pkg),
    ...(pkg.version === '' ? {} : { version: pkg.version }),
    ...(pkg.description === null ? {} : { description: pkg.description }),
    ...listed(
      'hashes',
      pkg.checksums.map(({ algorithm, hex }) => ({ alg: HASH_NAMES[algorithm], content: hex })),
    ),
    ...listed('licenses', licenceChoices(declaredLicences(pkg), 'declared', specification)),
    ...(cpe === undefined ? {} : { cpe }),
    purl: pkg.purl,
    ...(isWebAddress(pkg.homepage) ? { externalReferences: [{ type: 'website', url: pkg.homepage }] } : {}),
    ...listed('components', files),
    ...evidenceOf(pkg, furtherCpes, specification),
  };
}

const HASH_NAMES = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
} as const;

/** Software that is used by itself; everything else is a library. */
const APPLICATION_TYPES: ReadonlySet<PackageType> = new Set<PackageType>([
  'bitnami',
  'brew',
  'generic',
  'snap',
  'wordpress-plugin',
]);

function componentType(type: PackageType, { models }: Specification): ComponentType {
  if (type === 'huggingface' && models) return 'machine-learning-model';
  return APPLICATION_TYPES.has(type) ? 'application' : 'library';
}

/** The namespace is the group where both make the ecosystem's name; a Go module's path stays whole. */
function groupAndName({ type, name, purl }: Package): { readonly group?: string; readonly name: string } {
  const { namespace } = parsePurl(purl);
  if (namespace === null || type === 'golang') return { name };
  const end = ecosystemName(type, { namespace, name: '', subpath: null });
  return end !== '' && name.length > end.length && name.startsWith(end)
    ? { group: namespace, name: name.slice(end.length) }
    : { name };
}

/** Who distributes a system's package is its supplier; packages of languages name their authors. */
function makerOf(
  { type, supplier }: Package,
  { authors }: Specification,
): Pick<CycloneDxComponent, 'author' | 'authors' | 'supplier'> {
  if (supplier === null || supplier.trim() === '') return {};
  const { name, email } = parseActor(supplier);
  const contact = { name, ...(email === null ? {} : { email }) };
  if (SYSTEM_TYPES.has(type)) {
    return { supplier: { name, ...(email === null ? {} : { contact: [contact] }) } };
  }
  return authors ? { authors: [contact] } : { author: supplier };
}

/** Identifiers, names and expressions; an expression among others is a name where it must stand alone. */
function licenceChoices(
  licences: readonly Licence[],
  said: 'declared' | null,
  { acknowledgement, mixedLicences }: Specification,
): readonly LicenceChoice[] {
  const standing = acknowledgement && said !== null ? { acknowledgement: said } : {};
  return licences.map((licence): LicenceChoice => {
    if (licence.kind === 'id') return { license: { ...standing, id: licence.id } };
    if (licence.kind === 'text') return { license: { ...standing, name: licence.text } };
    return mixedLicences || licences.length === 1
      ? { expression: licence.expression, ...standing }
      : { license: { ...standing, name: licence.expression } };
  });
}

function evidenceOf(
  pkg: Package,
  furtherCpes: readonly string[],
  specification: Specification,
): Pick<CycloneDxComponent, 'evidence'> {
  const identities: readonly Identity[] = [
    { field: 'purl', concludedValue: pkg.purl },
    ...furtherCpes.map((cpe): Identity => ({ field: 'cpe', concludedValue: cpe })),
  ];
  const texts = pkg.licenceTexts.map(({ expression }) => expression);
  const evidence = {
    ...(specification.identities ? { identity: identities } : {}),
    ...(specification.occurrences
      ? listed(
          'occurrences',
          pkg.evidence.map((found) => occurrence(found, specification)),
        )
      : {}),
    ...listed('licenses', licenceChoices(readLicences(texts), null, specification)),
  };
  return Object.keys(evidence).length === 0 ? {} : { evidence };
}

function occurrence(evidence: Evidence, { occurrenceContext }: Specification): Occurrence {
  const { layer, step } = evidence;
  const context = [
    ...(layer === null ? [] : [`layer ${layer}`]),
    ...(step === null ? [] : [`build step ${step}`]),
  ].join(', ');
  return {
    location: `/${formatPlace(evidence)}`,
    ...(occurrenceContext && context !== '' ? { additionalContext: context } : {}),
  };
}
