/** From a reference to a verdict: gather evidence once, verify all of it, apply the policy, say what was not checked. */
import type { Platform } from '../model/platform.ts';
import type { Digest } from '../model/digest.ts';
import type { TrustReport } from '../model/trust-report.ts';
import type { EvidenceGap, EvidenceGathering } from '../oci/evidence/evidence-manifest.ts';
import type { EvidenceLimits } from '../oci/evidence/limits.ts';
import { OciError } from '../oci/errors.ts';
import { gatherEvidence } from '../oci/evidence/gather-evidence.ts';
import { isPath, SOURCE_SCHEMES } from '../oci/open-image.ts';
import { parseReference } from '../oci/reference.ts';
import type { ConnectionOptions } from '../oci/registry/connection.ts';
import type { ImageReader } from '../oci/store/image-store.ts';
import { openImageReader } from '../oci/store/open-reader.ts';
import { throughManifests } from '../trust/evidence/attested-statements.ts';
import { readEvidenceFile } from '../trust/evidence/evidence-file.ts';
import { check } from '../trust/checks/checks.ts';
import { makeReport, makeUnreadableReport, type VerifiedBases } from '../trust/report/make-report.ts';
import type { TrustMaterial } from '../trust/material/material.ts';
import type { EvidenceOutcome, Subjects } from '../trust/evidence/evidence.ts';
import { believedEndorsements, saidByStrangers } from '../trust/policy/believed.ts';
import { evaluatePolicy } from '../trust/policy/evaluate.ts';
import { UNNAMED } from '../trust/policy/ask.ts';
import { NO_POLICY, type TrustPolicy } from '../trust/policy/policy.ts';
import { namesDigest } from '../trust/policy/policy-facts.ts';
import { type PolicyFacts, speakersFor } from '../trust/policy/policy-facts.ts';
import { policyName } from '../trust/policy/repository-pattern.ts';
import { classifyPublisher } from '../trust/publisher/classify-publisher.ts';
import { knownSubjects, readEvidence, subjectsToRead } from '../trust/evidence/read-evidence.ts';
import type { Check, Endorsement } from '../model/trust.ts';
import { basesToVerify } from '../trust/provenance/base-images.ts';
import { type FoundProvenance, findProvenance } from '../trust/report/find-provenance.ts';
import { spokenFor } from '../trust/report/spoken-for.ts';
import { verifyEvidence } from '../trust/evidence/verify-evidence.ts';
import { recallImage } from './recall-image.ts';
import { toolVersion } from './tool-version.ts';

/** A file of evidence that the user gave: a bundle, an envelope, or several of them. */
export interface EvidenceFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface VerifyOptions {
  readonly connection: ConnectionOptions;
  /** The policy that speaks of a repository; null: none does. */
  readonly policyFor: (repository: string) => TrustPolicy | null;
  readonly material: TrustMaterial;
  /** Only the image that runs there. Default: all of an index. */
  readonly platform?: Platform | undefined;
  /** Reference by whose rule the image is judged, where it has no name or another one: a layout, a mirror. */
  readonly as?: string | undefined;
  readonly files?: readonly EvidenceFile[];
  /** Repositories with evidence about the image, besides its own. */
  readonly evidenceFrom?: readonly string[];
  readonly limits?: Partial<EvidenceLimits>;
  /** Where what was seen of repositories is remembered; null: neither compared nor remembered. */
  readonly memory: string | null;
  /** Verifies the images too that provenance names as what this one was built from. */
  readonly withBases?: boolean;
  /** The images whose verification was begun together with this one; only `verifyImage` itself gives and fills it. */
  readonly begun?: Set<Digest>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What was found out about one image before anybody judged it. */
interface Found {
  readonly gathering: EvidenceGathering;
  readonly subjects: Subjects;
  readonly outcomes: readonly EvidenceOutcome[];
  readonly gaps: readonly EvidenceGap[];
}

/**
 * Verifies everything that is attached to an image, or given with it, and judges it by the policy. That the image or its
 * evidence cannot be had is a verdict too (`error`).
 *
 * @throws {OciError} when the reference or a setting is wrong
 * @throws {TrustError} EVIDENCE_FILE_INVALID
 */
export async function verifyImage(reference: string, options: VerifyOptions): Promise<TrustReport> {
  const named = nameOf(options.as ?? reference);
  try {
    return await judge(reference, named, await find(reference, options), options);
  } catch (error) {
    if (!(error instanceof OciError) || error.exit === 3) throw error;
    const because = `${error.code}: ${error.message}. ${error.remedy}`;
    return makeUnreadableReport(
      { toolVersion: toolVersion(), reference, ...named, now: options.now() },
      because,
    );
  }
}

async function find(reference: string, options: VerifyOptions): Promise<Found> {
  const { connection, platform, evidenceFrom = [], files = [], limits = {} } = options;
  const { reader, name } = await openImageReader(reference, connection);
  const others: ImageReader[] = [];
  try {
    for (const place of evidenceFrom) others.push((await openImageReader(place, connection)).reader);
    const gathering = await gatherEvidence(reader, name, {
      platform,
      signatureRepositories: others,
      limits,
      signal: connection.signal,
    });
    const read = await readEvidence(gathering);
    const given = files.flatMap((file) => readEvidenceFile(file.bytes, file.name, gathering.root.digest));
    const evidence = [...read.evidence, ...given];
    const known = await knownSubjects(gathering, subjectsToRead(evidence));
    const { subjects } = known;
    const direct = verifyEvidence(evidence, {
      subjects,
      material: options.material,
      now: new Date(options.now()),
    });
    const outcomes = throughManifests(direct, gathering.manifests, subjects);
    return { gathering, subjects, outcomes, gaps: [...gathering.gaps, ...read.gaps, ...known.gaps] };
  } finally {
    await Promise.all([reader, ...others].map((each) => each.close()));
  }
}

async function judge(
  reference: string,
  named: Named,
  found: Found,
  options: VerifyOptions,
): Promise<TrustReport> {
  const { gathering, subjects, outcomes, gaps } = found;
  const { material, policyFor, begun = new Set() } = options;
  const now = options.now();
  const repository = named.repository ?? UNNAMED;
  const policy = policyFor(repository) ?? NO_POLICY;
  const root = gathering.root.digest;
  begun.add(root);
  const images = subjects.all.filter(({ role }) => role === 'image');
  const endorsements = outcomes.flatMap((outcome) => outcome.endorsements);
  const facts: PolicyFacts = {
    repository,
    tag: named.tag,
    isPinned: namesDigest(reference),
    subjects: subjects.all,
    images: images.map(({ digest }) => digest),
    endorsements,
    now,
  };
  const decision = evaluatePolicy(policy, facts);
  const speakers = speakersFor(facts, 'either');
  const spoken = spokenFor(speakers, endorsements);
  const speaking = spoken.map(({ endorsement }) => endorsement);
  const whole = speaking.filter((_, place) => spoken[place]?.images === speakers.length);
  const believed = believedEndorsements(policy, decision.rule, endorsements);
  const strangers = saidByStrangers(decision.rule, endorsements, believed);
  const provenance = findProvenance(outcomes, subjects, strangers);
  const memory = recallImage(options.memory, {
    repository: named.repository,
    // what the user named by a digest, or under another name, no tag led to
    tag: options.as === undefined && !namesDigest(reference) ? named.tag : null,
    root,
    rule: decision.rule,
    signedTag: decision.signedTag,
    endorsements: speaking,
    hasUndecided: outcomes.some(({ result }) => result === 'undecided'),
    believed: believed.filter((one) => speaking.includes(one)),
    now,
  });
  const report = makeReport({
    toolVersion: toolVersion(),
    reference,
    ...named,
    root,
    images,
    subjects,
    outcomes,
    gaps,
    material,
    policy,
    decision,
    believed,
    strangers,
    speakers,
    provenance,
    publisher: classifyPublisher({
      ...named,
      // whoever may push can sign first: those whom the rule names come before
      endorsements: [
        ...whole.filter((one) => !strangers.has(one)),
        ...whole.filter((one) => strangers.has(one)),
      ],
      definition: decision.rule?.definition?.definition ?? null,
    }),
    alarms: memory.alarms,
    tagHistory: memory.tag,
    bases: options.withBases === true ? await verifyBases(provenance, strangers, begun, options) : null,
    now,
  });
  memory.remember(report.verdict);
  return report;
}

/** Each base once, by the digest that provenance names which somebody signed whose word counts. */
async function verifyBases(
  { read }: FoundProvenance,
  strangers: ReadonlySet<Endorsement>,
  begun: Set<Digest>,
  options: VerifyOptions,
): Promise<VerifiedBases> {
  const references: string[] = [];
  const notChecked: Check[] = [];
  for (const { provenance, evidence, endorsement } of read) {
    // whoever may push could name any host for us to ask, and anybody can sign
    if (endorsement === null || strangers.has(endorsement)) {
      const whose =
        endorsement === null ? 'unsigned provenance' : 'provenance of somebody whom no rule names';
      const reason = `base images that ${whose} names are not looked up`;
      notChecked.push(check('provenance.bases', 'not-checked', evidence, reason));
      continue;
    }
    const found = basesToVerify(provenance, begun, evidence);
    notChecked.push(...found.notChecked);
    for (const { name, digest } of found.bases) {
      begun.add(digest);
      references.push(`${name.split('@')[0] ?? name}@${digest}`);
    }
  }
  const { as: _as, platform: _platform, files: _files, ...others } = options;
  const reports: TrustReport[] = [];
  for (const reference of references) reports.push(await verifyImage(reference, { ...others, begun }));
  return { reports, notChecked };
}

interface Named {
  /** As policies name it. */
  readonly repository: string | null;
  readonly tag: string | null;
}

/** Only images of registries have a name that a rule could speak of. */
function nameOf(reference: string): Named {
  const text = reference.startsWith('registry:') ? reference.slice('registry:'.length) : reference;
  const isElsewhere = SOURCE_SCHEMES.some((scheme) => text.startsWith(`${scheme}:`));
  if (isElsewhere || isPath(text)) return { repository: null, tag: null };
  const { registry, repository, tag } = parseReference(text);
  return { repository: policyName(registry, repository), tag };
}
