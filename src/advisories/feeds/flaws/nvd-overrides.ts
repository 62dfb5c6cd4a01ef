import { z } from 'zod';
import { recordDate } from '../../dates.ts';
import { asObject, faultsOf, type Feed } from '../../feed.ts';
import { advisoryItem } from '../advisory-item.ts';
import { Configurations, readConfigurations } from '../cpe/configurations.ts';

const Override = z.object({
  _annotation: z.object({
    cve_id: z.string().regex(/^CVE-\d{4}-\d{4,19}$/),
    published: z.string().nullish(),
    modified: z.string().nullish(),
  }),
  cve: z.object({ configurations: Configurations.default([]) }),
});

/**
 * anchore/nvd-data-overrides: configurations of CVE records that NVD has not analysed, or has wrong. One record a file.
 * Nearly all speak of products that are found by other means than a CPE; see `CURATED_PRODUCTS`.
 */
export const nvdOverrides: Feed = {
  format: 'nvd-overrides',

  recognises(document) {
    const record = document.kind === 'tree' ? asObject(document.value) : null;
    return record !== null && '_annotation' in record && 'cve' in record;
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    const parsed = Override.safeParse(document.value);
    if (!parsed.success) {
      yield { kind: 'rejected', record: document.path, reason: faultsOf(parsed.error) };
      return;
    }
    const { _annotation: about, cve } = parsed.data;
    const { affected, skipped } = readConfigurations(cve.configurations);
    for (const reason of skipped) yield { kind: 'skipped', reason };
    if (affected.length === 0) {
      if (skipped.size === 0) yield { kind: 'skipped', reason: 'an override without configurations' };
      return;
    }
    yield advisoryItem({
      id: about.cve_id,
      source: 'nvd-overrides',
      published: recordDate(about.published, now),
      modified: recordDate(about.modified, now),
      affected,
    });
  },
};
