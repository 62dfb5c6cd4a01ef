import { z } from 'zod';
import { isPlainText } from '../../../feed.ts';

const Text = z.string().refine(isPlainText, 'is empty, too long or has control characters');
const text = z.string().nullish();

/** `[version, lessThan)` or `[version, lessThanOrEqual]`, in which `changes` turn the status over. */
const Version = z.object({
  version: text,
  status: z.enum(['affected', 'unaffected', 'unknown']),
  versionType: text,
  lessThan: text,
  lessThanOrEqual: text,
  changes: z
    .array(z.object({ at: Text, status: z.string() }))
    .max(1_000)
    .nullish(),
});

const Affected = z.object({
  vendor: text,
  product: text,
  packageName: text,
  collectionURL: text,
  cpes: z.array(z.string()).max(10_000).nullish(),
  platforms: z.array(z.string()).max(1_000).nullish().catch(null),
  defaultStatus: z.string().nullish(),
  versions: z.array(Version).max(20_000).nullish(),
});

export const AffectedList = z.array(Affected).max(10_000).nullish();

const Vector = z.object({ vectorString: z.string() }).nullish().catch(null);

/** `other` is whatever the writer wants: CISA's SSVC, a vendor's word. */
const Metric = z.object({
  cvssV4_0: Vector,
  cvssV3_1: Vector,
  cvssV3_0: Vector,
  cvssV2_0: Vector,
  other: z
    .object({ type: z.string(), content: z.record(z.string(), z.unknown()) })
    .nullish()
    .catch(null),
});

const Container = z.object({
  providerMetadata: z.object({ shortName: text, dateUpdated: text }).nullish(),
  datePublic: text,
  metrics: z.array(Metric).max(1_000).nullish(),
  problemTypes: z
    .array(z.object({ descriptions: z.array(z.object({ cweId: text, description: text })).max(1_000) }))
    .max(1_000)
    .nullish(),
  affected: AffectedList,
});

/** CVE Record Format 5.x, https://cveproject.github.io/cve-schema; only what carries facts. */
export const Cve5Record = z.object({
  cveMetadata: z.object({
    cveId: z.string().regex(/^CVE-\d{4}-\d{4,19}$/),
    state: z.enum(['PUBLISHED', 'REJECTED']),
    datePublished: text,
    dateUpdated: text,
    dateRejected: text,
  }),
  containers: z.object({ cna: Container, adp: z.array(Container).max(100).nullish() }),
});

export type Cve5Record = z.infer<typeof Cve5Record>;
export type Cve5Container = z.infer<typeof Container>;
export type Cve5Affected = z.infer<typeof Affected>;
export type Cve5Version = z.infer<typeof Version>;
