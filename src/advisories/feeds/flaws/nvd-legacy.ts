import { z } from 'zod';
import { asObject, faultsOf, type Feed } from '../../feed.ts';
import { nvdItems } from './nvd/nvd-items.ts';

const Item = z.object({
  cve: z.object({
    CVE_data_meta: z.object({ ID: z.string().regex(/^CVE-\d{4}-\d{4,19}$/) }),
    problemtype: z
      .object({
        problemtype_data: z
          .array(z.object({ description: z.array(z.object({ value: z.string() })).max(1_000) }))
          .max(1_000),
      })
      .nullish(),
    description: z.object({ description_data: z.array(z.object({ value: z.string() })) }).nullish(),
  }),
  impact: z
    .object({
      baseMetricV3: z.object({ cvssV3: z.object({ vectorString: z.string() }) }).nullish(),
      baseMetricV2: z.object({ cvssV2: z.object({ vectorString: z.string() }) }).nullish(),
    })
    .nullish(),
  publishedDate: z.string().nullish(),
  lastModifiedDate: z.string().nullish(),
});

/**
 * NVD's feed 1.1, which NVD stopped writing in 2023 and mirrors still make.
 * https://csrc.nist.gov/schema/nvd/feed/1.1/nvd_cve_feed_json_1.1.schema
 */
export const nvdLegacy: Feed = {
  format: 'nvd-1.1',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return value !== null && Array.isArray(value['CVE_Items']);
  },

  *read(document, now) {
    const items = document.kind === 'tree' ? asObject(document.value)?.['CVE_Items'] : null;
    if (!Array.isArray(items)) return;
    for (const [index, value] of (items as readonly unknown[]).entries()) {
      const parsed = Item.safeParse(value);
      if (!parsed.success) {
        yield {
          kind: 'rejected',
          record: `${document.path}: item ${index}`,
          reason: faultsOf(parsed.error),
        };
        continue;
      }
      const { cve, impact, publishedDate = null, lastModifiedDate = null } = parsed.data;
      const vectors = [impact?.baseMetricV3?.cvssV3.vectorString, impact?.baseMetricV2?.cvssV2.vectorString];
      yield* nvdItems(
        {
          id: cve.CVE_data_meta.ID,
          published: publishedDate,
          modified: lastModifiedDate,
          isRejected:
            cve.description?.description_data.some((text) => text.value.startsWith('** REJECT **')) ?? false,
          vectors: vectors.filter((vector) => vector !== undefined),
          weaknesses:
            cve.problemtype?.problemtype_data.flatMap(({ description }) =>
              description.map((text) => text.value),
            ) ?? [],
          configurations: configurationsOf(asObject(value)?.['configurations']),
        },
        document.path,
        now,
      );
    }
  },
};

/** As API 2.0 writes them: a node with children is a configuration of its own, another is one of a single node. */
function configurationsOf(configurations: unknown): unknown {
  const nodes = asObject(configurations)?.['nodes'];
  if (!Array.isArray(nodes)) return nodes ?? [];
  return (nodes as readonly unknown[]).map((value) => {
    const { operator, negate, children } = asObject(value) ?? {};
    const hasChildren = Array.isArray(children) && children.length > 0;
    return hasChildren
      ? { operator, negate, nodes: (children as readonly unknown[]).map(nodeOf) }
      : { nodes: [nodeOf(value)] };
  });
}

function nodeOf(value: unknown): unknown {
  const { operator, negate, cpe_match: matches } = asObject(value) ?? {};
  if (!Array.isArray(matches)) return { operator, negate, cpeMatch: matches };
  return {
    operator,
    negate,
    cpeMatch: (matches as readonly unknown[]).map((match) => {
      const { cpe23Uri: criteria, ...rest } = asObject(match) ?? {};
      return { criteria, ...rest };
    }),
  };
}
