/** What a verification of the image of `facts.ts` found. */
import type { TrustReport } from '../../../src/model/trust-report.ts';
import { AMD64, ARM64, endorsement, facts, INDEX, NOW } from './facts.ts';

/** The report of an image that the workflow of `facts.ts` signed. */
export function recordedReport(changes: Partial<TrustReport> = {}): TrustReport {
  const { repository, tag } = facts();
  const endorsements = changes.endorsements ?? [endorsement()];
  const media = { mediaType: 'application/vnd.oci.image.manifest.v1+json', sizeBytes: 1000 };
  return {
    schema: 'hallmark.trust/1',
    tool: { name: 'hallmark', version: '0.0.0' },
    reference: 'registry.example.com/team/app:v1.2.3',
    repository,
    tag,
    digest: INDEX,
    images: [
      { digest: AMD64, platform: 'linux/amd64' },
      { digest: ARM64, platform: 'linux/arm64' },
    ],
    verdict: 'unknown',
    code: 'NO_RULE',
    because: 'nobody said whom to believe',
    policy: null,
    believed: [],
    claims: [],
    checks: [],
    notChecked: [],
    evidence: endorsements.map(({ evidence, subject }) => ({
      digest: evidence,
      manifest: null,
      format: 'sigstore-bundle',
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      places: ['referrers-api'],
      about: subject,
      result: 'holds',
    })),
    subjects: [
      { digest: INDEX, role: 'index', parent: null, platform: null, ...media },
      { digest: AMD64, role: 'image', parent: INDEX, platform: 'linux/amd64', ...media },
      { digest: ARM64, role: 'image', parent: INDEX, platform: 'linux/arm64', ...media },
    ],
    gaps: [],
    provenance: [],
    graph: { nodes: [], edges: [] },
    publisher: { class: 'unknown', basis: 'declared', name: null, because: 'nothing says', evidence: null },
    freshness: { asOf: new Date(NOW).toISOString(), trustRoots: [], newestEvidence: null, tag: null },
    bases: [],
    ...changes,
    endorsements,
  };
}
