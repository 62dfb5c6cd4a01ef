/** The elements of an SPDX 2.3 document. Section 7, "Package information". */
import type { Assessment } from '../model/assessment.ts';
import { digestAlgorithm, digestHex } from '../model/digest.ts';
import {
  type Distribution,
  type Evidence,
  formatPlace,
  type Package,
  type SourcePackage,
} from '../model/package.ts';
import { formatPurl, parsePurl, type Purl } from '../model/purl.ts';
import { isCpe, isWebAddress, parseActor, sha256 } from './bill.ts';
import { nameImage } from './image-name.ts';

const NOASSERTION = 'NOASSERTION';

export interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo?: string;
  readonly supplier?: string;
  readonly originator?: string;
  readonly downloadLocation: typeof NOASSERTION;
  readonly filesAnalyzed: false;
  readonly checksums?: readonly SpdxChecksum[];
  readonly homepage?: string;
  readonly sourceInfo?: string;
  readonly licenseConcluded: typeof NOASSERTION;
  readonly licenseDeclared: string;
  readonly copyrightText: typeof NOASSERTION;
  readonly description?: string;
  readonly primaryPackagePurpose: 'CONTAINER' | 'FILE' | 'LIBRARY' | 'OPERATING_SYSTEM' | 'SOURCE';
  readonly externalRefs?: readonly SpdxExternalReference[];
}

interface SpdxChecksum {
  readonly algorithm: 'SHA256' | 'SHA512';
  readonly checksumValue: string;
}

interface SpdxExternalReference {
  readonly referenceCategory: 'PACKAGE-MANAGER' | 'SECURITY';
  readonly referenceType: 'purl' | 'cpe22Type' | 'cpe23Type';
  readonly referenceLocator: string;
}

export const IMAGE_ID = 'SPDXRef-Image';
export const SYSTEM_ID = 'SPDXRef-OperatingSystem';

/** What an SPDX document says of a thing whose files it did not analyse. */
const UNANALYZED = {
  downloadLocation: NOASSERTION,
  filesAnalyzed: false,
  licenseConcluded: NOASSERTION,
  licenseDeclared: NOASSERTION,
  copyrightText: NOASSERTION,
} as const;

export function imagePackage({ image }: Pick<Assessment, 'image'>): SpdxPackage {
  const { name, purl } = nameImage(image);
  return {
    SPDXID: IMAGE_ID,
    name,
    ...UNANALYZED,
    ...(image.digest === null
      ? {}
      : {
          versionInfo: image.digest,
          checksums: [
            {
              algorithm: digestAlgorithm(image.digest) === 'sha512' ? 'SHA512' : 'SHA256',
              checksumValue: digestHex(image.digest),
            },
          ],
        }),
    primaryPackagePurpose: image.kind === 'image' ? 'CONTAINER' : 'FILE',
    ...(purl === null ? {} : { externalRefs: [purlReference(purl)] }),
  };
}

export function systemPackage({ id, versionId, prettyName, cpe, path }: Distribution): SpdxPackage {
  return {
    SPDXID: SYSTEM_ID,
    name: id,
    ...(versionId === null ? {} : { versionInfo: versionId }),
    ...UNANALYZED,
    sourceInfo: `found in /${path}`,
    description: prettyName,
    primaryPackagePurpose: 'OPERATING_SYSTEM',
    ...(isCpe(cpe) ? { externalRefs: [cpeReference(cpe)] } : {}),
  };
}

/** `licenseDeclared` is an SPDX expression. */
export function installedPackage(pkg: Package, licenseDeclared: string): SpdxPackage {
  return {
    SPDXID: spdxId('Package', `${pkg.type}-${pkg.name}`, pkg.id),
    name: pkg.name,
    ...(pkg.version === '' ? {} : { versionInfo: pkg.version }),
    ...makerOf(pkg),
    ...UNANALYZED,
    licenseDeclared,
    ...(isWebAddress(pkg.homepage) ? { homepage: pkg.homepage } : {}),
    ...(pkg.evidence.length === 0 ? {} : { sourceInfo: `found in ${pkg.evidence.map(describe).join('; ')}` }),
    ...(pkg.description === null ? {} : { description: pkg.description }),
    primaryPackagePurpose: 'LIBRARY',
    externalRefs: [purlReference(pkg.purl)],
  };
}

/** The package that a distribution built this one from. */
export function sourcePackage(pkg: Package, source: SourcePackage): SpdxPackage {
  const purl = sourcePurl(pkg.purl, source);
  return {
    SPDXID: spdxId(
      'Source',
      `${pkg.type}-${source.name}`,
      JSON.stringify([pkg.type, source.name, source.version, purl]),
    ),
    name: source.name,
    ...(source.version === null ? {} : { versionInfo: source.version }),
    ...UNANALYZED,
    primaryPackagePurpose: 'SOURCE',
    ...(purl === null ? {} : { externalRefs: [purlReference(purl)] }),
  };
}

/** What `arch` is in the purl of a source package. purl-spec, types/deb-definition and types/rpm-definition. */
const SOURCE_ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['deb', 'source'],
  ['rpm', 'src'],
]);

/** Null where source packages have no purl of their own (Alpine's are directories of a repository), or no real name. */
function sourcePurl(binary: Purl, { name, version }: SourcePackage): Purl | null {
  const { type, namespace, qualifiers } = parsePurl(binary);
  const arch = SOURCE_ARCHITECTURES.get(type);
  if (arch === undefined || !/[^/]/.test(name)) return null;
  return formatPurl({ type, namespace, name, version, qualifiers: { arch, distro: qualifiers['distro'] } });
}

/** Who distributes a system's package is its supplier; an npm package names who wrote it. Sections 7.5 and 7.6. */
function makerOf({ type, supplier }: Package): Pick<SpdxPackage, 'originator' | 'supplier'> {
  if (supplier === null || supplier.trim() === '') return {};
  const { name, email } = parseActor(supplier.replaceAll(/\s+/g, ' '));
  const actor = email === null ? `Organization: ${name}` : `Person: ${name} (${email})`;
  return type === 'npm' ? { originator: actor } : { supplier: actor };
}

function describe(evidence: Evidence): string {
  const { layer, step } = evidence;
  const where = [
    ...(layer === null ? [] : [`layer ${layer}`]),
    ...(step === null ? [] : [`build step ${step}`]),
  ];
  const place = `/${formatPlace(evidence)}`;
  return where.length === 0 ? place : `${place} (${where.join(', ')})`;
}

function purlReference(purl: Purl): SpdxExternalReference {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

function cpeReference(cpe: string): SpdxExternalReference {
  const referenceType = cpe.startsWith('cpe:2.3:') ? 'cpe23Type' : 'cpe22Type';
  return { referenceCategory: 'SECURITY', referenceType, referenceLocator: cpe };
}

/** An identifier of letters, digits, `.` and `-`: readable, and unique by the hash of what it stands for. */
function spdxId(kind: 'Package' | 'Source', name: string, unique: string): string {
  return `SPDXRef-${kind}-${idText(name)}-${sha256(unique).slice(0, 16)}`;
}

/** The part of an SPDX identifier that is for people. Section 7.2. */
export function idText(text: string): string {
  return text
    .slice(0, 60)
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/-$/, '');
}
