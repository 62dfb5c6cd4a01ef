/** The bills of materials of an image: of every image, also of those that are nothing but files. */
import type { Assessment } from '../../model/assessment.ts';
import type { CoverageCode } from '../../model/coverage.ts';
import type { FileDigest } from '../../model/file-digest.ts';
import { digestAlgorithm, digestHex } from '../../model/digest.ts';
import { type Package, PLAIN_PACKAGE } from '../../model/package.ts';
import { formatPurl } from '../../model/purl.ts';
import { plural } from '../../report/quantity.ts';
import { writeBill } from '../../sbom/bill-formats.ts';
import type { AdmissionCheck } from './admission.ts';
import { held } from './checks.ts';
import type { EvidenceDocument } from './evidence-artifact.ts';

const FORMATS = [
  { predicateType: 'https://spdx.dev/Document', format: 'spdx-json@2.3' },
  { predicateType: 'https://cyclonedx.org/bom', format: 'cyclonedx-json' },
] as const;

/** Of an image without packages so many files are listed; the check says when there are more. */
const MAX_FILES = 10_000;

export interface BillsOfMaterials {
  readonly documents: readonly EvidenceDocument[];
  readonly checks: readonly AdmissionCheck[];
}

/**
 * Bills in SPDX and CycloneDX. An image with a distribution has packages, or its bill is wrong; one without (a static program) has its
 * files listed instead. docker-library/meta-scripts #82: empty bills were published for weeks, and nobody noticed.
 *
 * @param assessment with the digests of all files
 * @param created RFC 3339
 */
export function writeBills(assessment: Assessment, created: string): BillsOfMaterials {
  const { packages, fileDigests } = assessment;
  const listed = packages.length > 0 ? packages : fileDigests.slice(0, MAX_FILES).map(fileAsPackage);
  const documents = FORMATS.map(({ predicateType, format }) => ({
    predicateType,
    bytes: compact(writeBill(format, { ...assessment, packages: listed }, { created })),
  }));
  return { documents, checks: [checkContents(assessment), ...checkCoverage(assessment)] };
}

function checkContents({ packages, fileDigests, distribution }: Assessment): AdmissionCheck {
  if (packages.length > 0) return held('sbom', null, `it lists ${plural(packages.length, 'package')}`);
  if (distribution !== null)
    return held('sbom', `no package was found, although this is ${distribution.prettyName}`, '');
  const files = fileDigests.length;
  if (files <= MAX_FILES)
    return held('sbom', null, `there are no packages; it lists ${plural(files, 'file')}`);
  return held('sbom', `no package was found among ${files} files, and so many are not listed one by one`, '');
}

/** Packages that may be missing. */
function checkCoverage({ coverage }: Assessment): readonly AdmissionCheck[] {
  const unread = coverage.filter(({ code }) => UNREAD.has(code));
  const [first] = unread;
  if (first === undefined) return [];
  const because = `${plural(unread.length, 'place')} could not be read, such as ${first.subject}: ${first.message}`;
  return [{ id: 'sbom.coverage', result: 'not-checked', because }];
}

const UNREAD: ReadonlySet<CoverageCode> = new Set<CoverageCode>([
  'EVIDENCE_UNREADABLE',
  'EVIDENCE_TOO_LARGE',
  'LAYER_NOT_READ',
  'LIMIT_REACHED',
]);

/** The same document on one line. */
function compact(text: string): Buffer {
  return Buffer.from(JSON.stringify(JSON.parse(text)));
}

function fileAsPackage({ path, digest, layer }: FileDigest): Package {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const purl = formatPurl({ type: 'generic', name, qualifiers: { checksum: digest } });
  return {
    ...PLAIN_PACKAGE,
    id: `${purl}#${path}`,
    purl,
    type: 'generic',
    cataloger: 'file',
    name,
    version: '',
    checksums: [{ algorithm: digestAlgorithm(digest), hex: digestHex(digest) }],
    layer,
    evidence: [{ path, layer, step: null }],
  };
}
