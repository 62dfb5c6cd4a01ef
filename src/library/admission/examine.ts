/**
 * The verifier: looks at an image in quarantine with nothing but a credential to read it, holds it against what was to be built, and
 * writes down what it found. Times are those of the build, so that looking again gives the same evidence; the verdict follows from the
 * checks alone.
 */
import type { AdvisoryDatabase } from '../../advisories/advisory.ts';
import { assessImages } from '../../assess/assess.ts';
import type { Assessment } from '../../model/assessment.ts';
import { OPEN_VERDICTS } from '../../model/finding.ts';
import { SEVERITY_RANK, type SeverityLevel } from '../../model/severity.ts';
import { openImage } from '../../oci/open-image.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import type { AdmissionGate } from '../programme/programme.ts';
import type { ReadSource } from '../sources/read-source.ts';
import type { Admission, AdmissionCheck, FindingCount } from './admission.ts';
import { writeBills } from './bills-of-materials.ts';
import { builtAt, type BuiltImageFacts } from './built-image.ts';
import { held, notChecked } from './checks.ts';
import { type Gates, toleratedBy } from './gates.ts';
import { examineSource } from './examined-source.ts';
import { type EvidenceDocument, nameEvidence } from './evidence-artifact.ts';
import { fetchImage, type SoundImage } from './fetch-image.ts';
import { countFlaws } from './fixable-flaws.ts';
import type { ImageTestResult } from './image-tests/image-test.ts';
import { testStatically } from './image-tests/static-tests.ts';
import { formatPackageRecord, recordPackages } from './package-record.ts';
import { checkOwnParents } from './own-parents.ts';
import { checkPins } from './pinned-parents.ts';
import { findParentLayers, type ParentLayers } from './parent-layers.ts';
import { builderId, writeProvenance } from './provenance.ts';
import type { TrustedVerifier } from './read-admission.ts';
import { testChecks, writeTestResults } from './test-results.ts';

/** What there is to test. */
export interface TestedContents {
  /** Folder of an OCI layout with this image alone. */
  readonly layout: string;
  /** What its layers answer already, by the name of the test. */
  readonly inLayers: ReadonlyMap<string, ImageTestResult>;
  readonly signal: AbortSignal | undefined;
}

/** Every test that the image has, with what came of it. */
export type RunImageTests = (
  facts: BuiltImageFacts,
  contents: TestedContents,
) => Promise<ReadonlyMap<string, ImageTestResult>>;

export interface VerifierOptions {
  /** Name of the programme. */
  readonly programme: string;
  /** Who examines. */
  readonly verifier: TrustedVerifier;
  /** `registry/path` in which the programme's own images lie. */
  readonly quarantine: string;
  readonly gate: AdmissionGate;
  /** The same as digests, also of other repositories. */
  readonly gates: Gates;
  /** `registry/path` under which it will be published: bills of materials call it so. */
  readonly publicPath: string;
  /** With the credential of the verifier, which reads quarantine. */
  readonly connection: ConnectionOptions;
  /** Null: flaws are not looked for. */
  readonly database: AdvisoryDatabase | null;
  /** An empty folder, in which the image is unpacked; the caller removes it. */
  readonly scratch: string;
  readonly runTests: RunImageTests;
  readonly readSource: ReadSource;
  /** Hallmark's own version. */
  readonly version: string;
  readonly now: () => Date;
}

export interface Examination {
  readonly admission: Admission;
  /** What the admission names, in its order. */
  readonly documents: readonly EvidenceDocument[];
}

/**
 * Examines one image.
 *
 * @throws {OciError} what keeps quarantine or the image below from being read: then nothing is known, and it is tried again
 * @throws {LibraryError} what keeps the commit from being read: as above
 */
export async function examineAttempt(facts: BuiltImageFacts, options: VerifierOptions): Promise<Examination> {
  const { attempt } = facts;
  const { source, check } = await examineSource(facts, options.readSource);
  const { image, checks } = await fetchImage(attempt, options.scratch, options.connection);
  const found = image === null ? NOTHING : await examineContents(facts, image, options);
  const parents = await checkOwnParents(facts, options);
  const pins = await checkPins(facts, options.connection);
  const all = [check, parents, pins, ...checks, ...found.checks];
  const { buildId, generation, architecture, recipeId, outcome } = attempt;
  return {
    admission: {
      buildId,
      generation,
      architecture,
      recipeId,
      source,
      reference: outcome.reference,
      digest: outcome.digest,
      verdict: isAdmitted(all, toleratedTests(facts, options)) ? 'admitted' : 'rejected',
      checks: all,
      evidence: found.documents.map(nameEvidence),
      findings: found.findings,
      gate: options.gates(facts.repository),
      at: options
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
    },
    documents: found.documents,
  };
}

interface Contents {
  readonly checks: readonly AdmissionCheck[];
  readonly documents: readonly EvidenceDocument[];
  readonly findings: FindingCount | null;
}

const NOTHING: Contents = { checks: [], documents: [], findings: null };

async function examineContents(
  facts: BuiltImageFacts,
  image: SoundImage,
  options: VerifierOptions,
): Promise<Contents> {
  const { gate, connection, programme, version } = options;
  const { diffIds } = image.configuration;
  const parent = await findParentLayers(facts, diffIds, connection);
  const assessment = await assessLayout(facts, image, options);
  const bills = writeBills(assessment, builtAt(facts.attempt));
  const packages = recordPackages(assessment, parent.count);
  const findings = options.database === null ? null : countFlaws(assessment.findings, packages);
  const tests = await testImage(facts, image, options);
  const results = writeTestResults(tests, toleratedTests(facts, options));
  const provenance = writeProvenance(facts, { builderId: builderId(programme), version });
  return {
    checks: [
      parent.check,
      checkAnnotations(facts, image),
      ...bills.checks,
      checkSecrets(assessment, parent, gate),
      checkFindings(findings, gate),
      ...testChecks(tests),
    ],
    documents: [
      ...bills.documents,
      provenance,
      formatPackageRecord(packages),
      ...(results === null ? [] : [results]),
    ],
    findings,
  };
}

/** Everything that failed refuses the image, but for tests of which the programme says that they may. */
function isAdmitted(checks: readonly AdmissionCheck[], tolerated: ReadonlySet<string>): boolean {
  const accepted = new Set([...tolerated].map((name) => `test.${name}`));
  return checks.every(({ id, result }) => result !== 'failed' || accepted.has(id));
}

function toleratedTests({ repository }: BuiltImageFacts, { gate }: VerifierOptions): ReadonlySet<string> {
  return new Set(toleratedBy(gate, repository));
}

/** Packages, secrets and findings; of an image without packages also the digest of every file. */
async function assessLayout(
  facts: BuiltImageFacts,
  image: SoundImage,
  options: VerifierOptions,
): Promise<Assessment> {
  const { connection, database, now } = options;
  const assess = (fileDigests: boolean) =>
    assessImages(`oci-dir:${image.layout}@${image.digest}`, {
      environment: connection.environment,
      offline: true,
      platform: 'all',
      whole: true,
      files: false,
      fileDigests,
      database,
      verdicts: OPEN_VERDICTS,
      openCache: async () => null,
      now: () => now().getTime(),
      ...(connection.signal === undefined ? {} : { signal: connection.signal }),
    });
  const [found] = await assess(false);
  // what is nothing but files is described by these
  const [assessment] = found.packages.length > 0 ? [found] : await assess(true);
  // where it lay for the moment is nobody's concern
  const reference = `${options.publicPath}/${facts.tags[0]}`;
  return { ...assessment, image: { ...assessment.image, reference } };
}

/** What the manifest says of itself is what was asked for; what else it says is the builder's own. */
function checkAnnotations({ annotations }: BuiltImageFacts, { manifest }: SoundImage): AdmissionCheck {
  const wrong = Object.entries(annotations).find(([name, value]) => manifest.annotations[name] !== value);
  const count = Object.keys(annotations).length;
  if (wrong === undefined) return held('annotations', null, `the ${count} that were asked for are there`);
  const [name, value] = wrong;
  const found = manifest.annotations[name];
  const shown = found === undefined ? 'nothing' : JSON.stringify(found.slice(0, 200));
  return held('annotations', `${name} is ${shown}, expected ${JSON.stringify(value)}`, '');
}

/** What lower images give away, their own examination refused or took. */
function checkSecrets(
  { secrets, image }: Assessment,
  { count }: ParentLayers,
  { refuseSecrets }: AdmissionGate,
): AdmissionCheck {
  const below = new Set(image.layers.slice(0, count).map(({ diffId }) => diffId));
  const own = secrets.filter(
    ({ place }) => place.kind !== 'file' || place.layer === null || !below.has(place.layer),
  );
  const [first] = own;
  if (first === undefined) return held('secrets', null, 'none was found');
  const where = first.place.kind === 'file' ? ` in /${first.place.path}` : ` (${first.place.kind})`;
  const because = `${own.length} found, such as ${first.title}${where}`;
  return refuseSecrets
    ? held('secrets', because, '')
    : held('secrets', null, `${because}; the gate takes them`);
}

function checkFindings(findings: FindingCount | null, { fixableFrom }: AdmissionGate): AdmissionCheck {
  if (findings === null) return notChecked('findings', 'there is no advisory database at hand');
  const because = `known flaws: ${countsText(findings.open)}; of these a rebuild could mend: ${countsText(findings.fixable)}`;
  const levels = Object.keys(findings.fixable) as SeverityLevel[];
  const isRefused =
    fixableFrom !== null && levels.some((level) => SEVERITY_RANK[level] >= SEVERITY_RANK[fixableFrom]);
  return isRefused
    ? held('findings', `${because}; the gate refuses them from ${fixableFrom} on`, '')
    : held('findings', null, because);
}

async function testImage(
  facts: BuiltImageFacts,
  { layout, digest }: SoundImage,
  { connection, runTests }: VerifierOptions,
): Promise<ReadonlyMap<string, ImageTestResult>> {
  const { environment, signal } = connection;
  const opened = await openImage(`oci-dir:${layout}@${digest}`, {
    environment,
    offline: true,
    platform: 'all',
  });
  try {
    const [image] = opened.images;
    if (image?.kind !== 'image') throw new TypeError(`${layout} was opened as no image`);
    const inLayers = await testStatically(image, signal);
    return await runTests(facts, { layout, inLayers, signal });
  } finally {
    await opened.close();
  }
}

function countsText(counts: FindingCount['open']): string {
  const told = Object.entries(counts).map(([level, count]) => `${count} ${level}`);
  return told.length === 0 ? 'none' : told.join(', ');
}
