/** The part of SPDX 2.2 and 2.3 that Hallmark writes, in its JSON form. https://spdx.github.io/spdx-spec/v2.3/. */
import type { ExtractedLicence } from './declared-licence.ts';

export const SPDX2_VERSIONS = ['2.2', '2.3'] as const;
export type Spdx2Version = (typeof SPDX2_VERSIONS)[number];

/** Versions of SPDX 2 as data: in what they differ for Hallmark. */
export interface Spdx2Specification {
  readonly version: Spdx2Version;
  /** `primaryPackagePurpose`. Section 7.24. */
  readonly purposes: boolean;
  /** How JSON spells the category that tag-value calls PACKAGE-MANAGER. `schemas/spdx-schema.json`. */
  readonly packageManager: 'PACKAGE-MANAGER' | 'PACKAGE_MANAGER';
}

export const SPDX2_SPECIFICATIONS: Readonly<Record<Spdx2Version, Spdx2Specification>> = {
  '2.2': { version: '2.2', purposes: false, packageManager: 'PACKAGE_MANAGER' },
  '2.3': { version: '2.3', purposes: true, packageManager: 'PACKAGE-MANAGER' },
};

export const NOASSERTION = 'NOASSERTION';
export const DOCUMENT_ID = 'SPDXRef-DOCUMENT';

export interface SpdxAnnotation {
  readonly annotationDate: string;
  readonly annotationType: 'OTHER';
  readonly annotator: string;
  readonly comment: string;
}

export interface SpdxChecksum {
  readonly algorithm: 'MD5' | 'SHA1' | 'SHA256' | 'SHA384' | 'SHA512';
  readonly checksumValue: string;
}

export interface SpdxExternalReference {
  readonly referenceCategory: Spdx2Specification['packageManager'] | 'SECURITY';
  readonly referenceType: 'purl' | 'cpe22Type' | 'cpe23Type';
  readonly referenceLocator: string;
}

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
  readonly primaryPackagePurpose?: 'CONTAINER' | 'FILE' | 'LIBRARY' | 'OPERATING_SYSTEM' | 'SOURCE';
  readonly externalRefs?: readonly SpdxExternalReference[];
  readonly annotations?: readonly SpdxAnnotation[];
}

export interface SpdxRelationship {
  readonly spdxElementId: string;
  readonly relationshipType: 'CONTAINS' | 'DEPENDS_ON' | 'DESCRIBES' | 'GENERATED_FROM';
  readonly relatedSpdxElement: string;
}

export interface Spdx2Document {
  readonly spdxVersion: `SPDX-${Spdx2Version}`;
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: typeof DOCUMENT_ID;
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly annotations?: readonly SpdxAnnotation[];
  readonly packages: readonly SpdxPackage[];
  readonly relationships: readonly SpdxRelationship[];
  readonly hasExtractedLicensingInfos?: readonly ExtractedLicence[];
}
