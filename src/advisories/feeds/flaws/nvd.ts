import { z } from 'zod';
import { asObject, faultsOf, isIdentifier, type Feed, type FeedItem } from '../../feed.ts';
import { nvdItems } from './nvd/nvd-items.ts';

const Metric = z.object({ type: z.string().nullish(), cvssData: z.object({ vectorString: z.string() }) });
const Metrics = z.array(Metric).max(100).default([]);

const optionalText = z.string().nullish();

const Cve = z.object({
  id: z.string().regex(/^CVE-\d{4}-\d{4,19}$/),
  published: optionalText,
  lastModified: optionalText,
  vulnStatus: optionalText,
  metrics: z
    .object({
      cvssMetricV40: Metrics,
      cvssMetricV31: Metrics,
      cvssMetricV30: Metrics,
      cvssMetricV2: Metrics,
    })
    .prefault({}),
  weaknesses: z
    .array(z.object({ description: z.array(z.object({ value: z.string() })).max(1_000) }))
    .max(1_000)
    .default([]),
});

/**
 * The National Vulnerability Database: pages of API 2.0 and the feeds of the same form, and single records as mirrors
 * keep them. https://csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema
 */
export const nvd: Feed = {
  format: 'nvd',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return value !== null && (value['format'] === 'NVD_CVE' || isRecord(value) || isRecord(value['cve']));
  },

  *read(document, now) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    if (value === null) return;
    for (const record of recordsOf(value)) yield* readRecord(record, document.path, now);
  },
};

/** Records have been analysed or wait for it, which no other format says. */
function isRecord(value: unknown): boolean {
  return typeof asObject(value)?.['vulnStatus'] === 'string';
}

function recordsOf(value: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (isRecord(value)) return [value];
  if (isRecord(value['cve'])) return [value['cve']];
  const { vulnerabilities } = value;
  // an answer without results has no list
  if (!Array.isArray(vulnerabilities)) return [];
  return (vulnerabilities as readonly unknown[]).map((entry) => asObject(entry)?.['cve']);
}

function* readRecord(value: unknown, path: string, now: Date): Iterable<FeedItem> {
  const parsed = Cve.safeParse(value);
  if (!parsed.success) {
    const id = asObject(value)?.['id'];
    yield {
      kind: 'rejected',
      record: isIdentifier(id) ? `${path}: ${id}` : path,
      reason: faultsOf(parsed.error),
    };
    return;
  }
  const { id, published = null, lastModified = null, vulnStatus, metrics, weaknesses } = parsed.data;
  yield* nvdItems(
    {
      id,
      published,
      modified: lastModified,
      isRejected: vulnStatus === 'Rejected',
      vectors: vectorsOf(metrics),
      weaknesses: weaknesses.flatMap(({ description }) => description.map((text) => text.value)),
      configurations: asObject(value)?.['configurations'] ?? [],
    },
    path,
    now,
  );
}

/** `Primary` is NVD's own rating, and before it has one that of whoever assigned the identifier. */
function vectorsOf(metrics: z.infer<typeof Cve>['metrics']): readonly string[] {
  const stated = [
    ...metrics.cvssMetricV40,
    ...metrics.cvssMetricV31,
    ...metrics.cvssMetricV30,
    ...metrics.cvssMetricV2,
  ];
  return stated
    .toSorted((a, b) => Number(b.type === 'Primary') - Number(a.type === 'Primary'))
    .map(({ cvssData }) => cvssData.vectorString);
}
