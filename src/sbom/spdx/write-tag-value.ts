/** SPDX 2 in its tag-value form: the same document, a line a fact. https://spdx.github.io/spdx-spec/v2.3/. */
import {
  DOCUMENT_ID,
  type Spdx2Document,
  type SpdxAnnotation,
  type SpdxExternalReference,
  type SpdxPackage,
} from './spdx2-document.ts';

type Line = readonly [tag: string, value: string | undefined];

export function formatTagValue(document: Spdx2Document): string {
  const { creationInfo, packages, relationships } = document;
  const licences = document.hasExtractedLicensingInfos ?? [];
  const sections: readonly (readonly Line[])[] = [
    [
      ['SPDXVersion', document.spdxVersion],
      ['DataLicense', document.dataLicense],
      ['SPDXID', document.SPDXID],
      ['DocumentName', document.name],
      ['DocumentNamespace', document.documentNamespace],
      ...creationInfo.creators.map((creator): Line => ['Creator', creator]),
      ['Created', creationInfo.created],
    ],
    ...packages.map(packageLines),
    ...licences.map(({ licenseId, name, extractedText }): readonly Line[] => [
      ['LicenseID', licenseId],
      ['LicenseName', name],
      ['ExtractedText', `<text>${extractedText}</text>`],
    ]),
    relationships.map((related): Line => [
      'Relationship',
      `${related.spdxElementId} ${related.relationshipType} ${related.relatedSpdxElement}`,
    ]),
    ...[{ SPDXID: DOCUMENT_ID, annotations: document.annotations }, ...packages].flatMap(
      ({ SPDXID, annotations = [] }) => annotations.map((annotation) => annotationLines(annotation, SPDXID)),
    ),
  ];
  return sections.map(formatSection).join('\n');
}

function formatSection(lines: readonly Line[]): string {
  return lines.map(([tag, value]) => (value === undefined ? '' : `${tag}: ${value}\n`)).join('');
}

function packageLines(element: SpdxPackage): readonly Line[] {
  return [
    ['PackageName', element.name],
    ['SPDXID', element.SPDXID],
    ['PackageVersion', element.versionInfo === undefined ? undefined : bracketed(element.versionInfo)],
    ['PackageSupplier', element.supplier],
    ['PackageOriginator', element.originator],
    ['PackageDownloadLocation', element.downloadLocation],
    ['PrimaryPackagePurpose', element.primaryPackagePurpose?.replaceAll('_', '-')],
    ['FilesAnalyzed', String(element.filesAnalyzed)],
    ...(element.checksums ?? []).map(({ algorithm, checksumValue }): Line => [
      'PackageChecksum',
      `${algorithm}: ${checksumValue}`,
    ]),
    ['PackageHomePage', element.homepage],
    ['PackageSourceInfo', element.sourceInfo === undefined ? undefined : bracketed(element.sourceInfo)],
    ['PackageLicenseConcluded', element.licenseConcluded],
    ['PackageLicenseDeclared', element.licenseDeclared],
    ['PackageCopyrightText', element.copyrightText],
    ['PackageDescription', element.description === undefined ? undefined : bracketed(element.description)],
    ...(element.externalRefs ?? []).map((reference): Line => ['ExternalRef', formatReference(reference)]),
  ];
}

/** Tag-value spells the category with a dash in every version. */
function formatReference(reference: SpdxExternalReference): string {
  const category = reference.referenceCategory.replace('_', '-');
  return `${category} ${reference.referenceType} ${reference.referenceLocator}`;
}

function annotationLines(annotation: SpdxAnnotation, subject: string): readonly Line[] {
  return [
    ['Annotator', annotation.annotator],
    ['AnnotationDate', annotation.annotationDate],
    ['AnnotationType', annotation.annotationType],
    ['SPDXREF', subject],
    ['AnnotationComment', `<text>${annotation.comment}</text>`],
  ];
}

/** A text that may have several lines. */
function bracketed(text: string): string {
  return text.includes('\n') ? `<text>${text}</text>` : text;
}
