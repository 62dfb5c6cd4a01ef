/**
 * The JSON report as a schema: what `docs/schema/assessment-1.schema.json` is made from (`npm run make:docs`) and
 * what the tests hold reports against. Never loaded to write a report. Within version 1 fields are only added.
 */
import { z } from 'zod';
import { FILE_FACT_KINDS } from '../model/file-fact.ts';
import { VERDICTS } from '../model/finding.ts';
import { PACKAGE_TYPES } from '../model/package.ts';
import { TrustReportSchema } from './trust-report-schema.ts';
import { SEVERITY_RANK, type SeverityLevel } from '../model/severity.ts';

const text = z.string();
const maybe = z.string().nullable();
const digest = z
  .string()
  .regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/)
  .describe('algorithm:hex');
const purl = z.string().regex(/^pkg:/).describe('canonical package URL');
const verdict = z.enum(VERDICTS).describe('docs/findings.md explains each');
const severity = z.enum(Object.keys(SEVERITY_RANK) as [SeverityLevel, ...SeverityLevel[]]);
const index = z.int().nonnegative();
const layerDigest = digest.nullable().describe('diff ID of a layer; null for a root file system');

const layer = z.strictObject({
  index,
  diffId: digest.describe('digest of the uncompressed layer, the same in every transport'),
  digest: digest.describe('digest of the blob as transported'),
  sizeBytes: index,
  mediaType: text,
  step: index.nullable().describe('index into history'),
  base: z.boolean().nullable().describe('part of the base image; null when the base is not known'),
  packages: z
    .strictObject({
      added: z.array(purl),
      removed: z.array(purl),
      changed: z.array(z.strictObject({ from: purl, to: purl })),
    })
    .describe('what the layer did to the packages below it'),
});

const historyStep = z.strictObject({
  createdBy: maybe,
  created: maybe,
  author: maybe,
  comment: maybe,
  layer: index.nullable().describe('index into layers; null for a step that made none'),
});

const run = z.strictObject({
  user: maybe,
  entrypoint: z.array(text),
  command: z.array(text),
  workingDirectory: maybe,
  environment: z.array(text),
  exposedPorts: z.array(text),
  volumes: z.array(text),
  stopSignal: maybe,
  healthcheck: z.array(text).nullable(),
  shell: z.array(text),
});

const base = z.strictObject({
  names: z.array(text).describe('names that the base image was published under'),
  digest: digest.nullable(),
  layers: index.nullable().describe('how many layers, from the lowest, are its own'),
  source: z.enum(['provenance', 'annotation', 'label', 'index']),
  because: text,
});

const image = z.strictObject({
  reference: text.describe('as it was asked for'),
  kind: z.enum(['image', 'root-file-system']),
  digest: digest.nullable().describe("digest of the platform's manifest; null where the transport has none"),
  indexDigest: digest.nullable(),
  configDigest: digest.nullable().describe('the image id, the same in every transport'),
  platform: maybe.describe('os/architecture[/variant]'),
  created: maybe,
  author: maybe,
  labels: z.record(text, text),
  annotations: z.record(text, text),
  run: run.nullable(),
  layers: z.array(layer),
  history: z.array(historyStep),
  base: base.nullable().describe('the image that this one was built on'),
});

const bill = z.strictObject({
  format: text,
  tool: maybe,
  origin: z.enum(['file', 'index', 'referrers']),
  attested: z.boolean().describe('it came in an in-toto statement, whose signatures were not verified'),
});

const distribution = z.strictObject({
  id: text,
  versionId: maybe,
  codename: maybe,
  idLike: z.array(text),
  prettyName: text,
  rolling: z.boolean(),
  cpe: maybe,
  repositories: z
    .array(text)
    .describe(
      "where packages come from, as far as it decides about advisories: Alpine's branches, Red Hat's content sets",
    ),
  path: text,
});

const evidence = z.strictObject({
  path: text.describe('path in the image without a leading slash'),
  inside: text
    .optional()
    .describe('where in the archive that path is, !/ between archives that lie in each other'),
  layer: layerDigest,
  step: index.nullable().describe("index into the image's history"),
});

const reportedPackage = z.strictObject({
  id: text.describe('unique in the report'),
  purl,
  type: z.enum(PACKAGE_TYPES),
  presence: z
    .enum(['installed', 'declared'])
    .describe('declared: only a lock file or manifest names it, and nothing that it names is installed'),
  cataloger: text.describe('what found it'),
  name: text,
  version: text,
  architecture: maybe,
  source: z
    .strictObject({ name: text, version: maybe })
    .nullable()
    .describe('source package that it was built from'),
  licences: z.array(text).describe('as declared'),
  licenceExpression: maybe.describe('what is declared as one SPDX expression'),
  licenceTexts: z.array(
    z.strictObject({ path: text, expression: text, confidence: z.number().min(0).max(1) }),
  ),
  supplier: maybe,
  description: maybe,
  homepage: maybe,
  cpes: z.array(text).describe('CPE 2.3 names, where they were curated'),
  checksums: z.array(
    z.strictObject({ algorithm: z.enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512']), hex: text }),
  ),
  modularityLabel: maybe,
  layer: layerDigest.describe('diff ID of the layer since which this version is there'),
  evidence: z.array(evidence),
  files: z.array(text).optional().describe('paths that the package owns; only with --files'),
  ownedBy: maybe.describe('id of the package that owns the evidence'),
  dependencies: z.array(text).describe('names of packages that it needs, as its metadata writes them'),
  dependsOn: z.array(text).describe('ids of the packages that these are'),
});

const fileFact = z.strictObject({
  kind: z.enum(FILE_FACT_KINDS),
  path: text,
  mode: text.describe('octal, as chmod(1) takes it'),
  uid: index,
  gid: index,
  layer: layerDigest,
  step: index.nullable(),
});

const secret = z.strictObject({
  rule: text,
  title: text,
  severity,
  place: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('file'),
      path: text,
      line: index,
      layer: layerDigest,
      step: index.nullable(),
      visible: z.boolean().describe('false when a later layer removed or replaced the file'),
    }),
    z.strictObject({ kind: z.literal('environment'), variable: text }),
    z.strictObject({ kind: z.literal('label'), label: text }),
    z.strictObject({ kind: z.literal('history'), step: index }),
  ]),
  redacted: text.describe('enough to recognise the secret by, never enough to use it'),
});

const finding = z.strictObject({
  id: text,
  aliases: z.array(text),
  package: z.strictObject({
    id: text,
    purl,
    name: text,
    version: text,
    type: reportedPackage.shape.type,
    layer: layerDigest,
  }),
  verdict,
  severity,
  severityChoice: z.strictObject({
    level: severity,
    score: z.number().min(0).max(10).nullable(),
    vector: maybe,
    source: maybe,
    reason: text,
  }),
  severities: z
    .array(
      z.strictObject({
        source: text,
        level: severity,
        score: z.number().min(0).max(10).nullable(),
        vector: maybe,
      }),
    )
    .describe('what each source says'),
  weaknesses: z.array(z.string().regex(/^CWE-\d+$/)).describe('of the Common Weakness Enumeration'),
  fixedIn: maybe.describe('smallest version said to be free of the flaw'),
  fixedElsewhere: z
    .strictObject({ channel: text, version: text })
    .nullable()
    .describe('a fix in updates that the installation does not get, as those of Ubuntu Pro'),
  malicious: z.boolean().describe('the version was published to do harm'),
  epss: z
    .strictObject({ score: z.number().min(0).max(1), percentile: z.number().min(0).max(1), date: text })
    .nullable(),
  kev: z
    .strictObject({ dateAdded: text, dueDate: maybe, ransomware: z.boolean() })
    .nullable()
    .describe("entry in CISA's catalog of known exploited vulnerabilities"),
  exploitation: z
    .strictObject({
      exploitation: z.enum(['none', 'poc', 'active']),
      automatable: z.boolean().nullable(),
      technicalImpact: z.enum(['partial', 'total']).nullable(),
    })
    .nullable()
    .describe("CISA's answers to the first questions of SSVC"),
  risk: z.number().min(0).max(100).describe('docs/risk.md gives the formula'),
  published: maybe,
  suppressedBy: maybe,
  advisories: z.array(
    z.strictObject({ id: text, source: text, verdict, fixedIn: maybe, modified: maybe, url: maybe }),
  ),
  because: z
    .array(
      z.strictObject({
        step: z.enum([
          'matched-name',
          'compared-version',
          'listed-version',
          'source-status',
          'outranked',
          'disagreement',
          'inherited',
          'channel',
          'low-confidence',
          'fix-elsewhere',
          'malicious',
          'vex',
          'exception',
          'overridden',
          'withdrawn',
          'unreadable',
        ]),
        message: text,
        advisory: text.optional(),
        source: text.optional(),
      }),
    )
    .describe('the reasoning, step by step'),
});

const vexReport = z.strictObject({
  documents: z.array(
    z.strictObject({
      document: text,
      author: maybe,
      format: text,
      origin: z.enum(['file', 'attestation']),
      place: text.describe('the file, or the digest of the attachment'),
      applied: z.boolean().describe('false for an attestation that was not asked for'),
      statements: index,
      findings: index.describe('how many follow its statements'),
      faults: z.array(text).describe('statements that could not be read'),
    }),
  ),
  unused: z
    .array(
      z.strictObject({
        document: text,
        vulnerability: text,
        status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
        product: text,
        reason: z.enum(['product-not-here', 'flaw-not-found', 'superseded', 'unjustified']),
      }),
    )
    .describe('statements that decided nothing'),
});

const triageUse = z.strictObject({
  vulnerabilities: z.array(text),
  decides: z.enum(['accepted-risk', 'false-positive', 'not-affected', 'withdrawn', 'affected']),
  reason: text,
  owner: text,
  expires: maybe.describe('last day; null: never'),
  place: text.describe('file and line'),
  state: z.enum(['applied', 'expired', 'unused', 'elsewhere']),
  findings: index,
});

const coverage = z.strictObject({ code: text, message: text, subject: text });

const advisories = z.strictObject({
  built: text,
  newest: maybe,
  schema: index,
  digest,
  sources: z.array(
    z.strictObject({
      id: text,
      name: text,
      licence: text,
      attribution: maybe,
      newest: maybe,
      records: index,
    }),
  ),
});

/** One assessment. Several (`--all-platforms`) are `{ schema: 'hallmark.assessments/1', assessments: […] }`. */
export const assessmentSchema = z
  .strictObject({
    schema: z.literal('hallmark.assessment/1'),
    tool: z.strictObject({ name: z.literal('hallmark'), version: text }),
    image,
    bill: bill.nullable().describe('the bill of materials that this rests on; null when layers were read'),
    distribution: distribution.nullable(),
    packages: z.array(reportedPackage),
    files: z.array(fileFact).describe('files that a policy may ask for'),
    fileDigests: z
      .array(z.strictObject({ path: text, sizeBytes: index, digest, layer: layerDigest }))
      .describe('every regular file, with --file-digests; else empty'),
    secrets: z.array(secret).describe('of all layers, the configuration and the history'),
    findings: z.array(finding).describe('riskiest first'),
    verdictCounts: z.record(z.enum(VERDICTS), index).describe('also of findings that were not asked for'),
    vex: vexReport.describe('VEX documents that were given or attached: docs/vex.md'),
    exceptions: z.array(triageUse).describe('of the configuration, and what became of each'),
    overrides: z.array(triageUse),
    coverage: z.array(coverage).describe('what could not be seen: docs/coverage.md'),
    trust: TrustReportSchema.nullable().describe('null where the image was not verified'),
    advisories: advisories.nullable(),
  })
  .describe('A Hallmark assessment of one container image or root file system, version 1');

/** The published JSON Schema, draft 2020-12. */
export function assessmentJsonSchema(): object {
  return { $id: 'hallmark.assessment/1', ...z.toJSONSchema(assessmentSchema) };
}
