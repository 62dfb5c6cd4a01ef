import { z } from 'zod';
import type { Feed } from '../../feed.ts';
import { asObject, faultsOf } from '../../feed.ts';
import { recordDate } from '../../dates.ts';

const FullDate = z.iso.date();

const Entry = z.object({
  cveID: z.string().regex(/^CVE-\d{4}-\d{4,19}$/),
  dateAdded: FullDate,
  dueDate: FullDate.nullish(),
  knownRansomwareCampaignUse: z.string().nullish(),
});

/** CISA's Known Exploited Vulnerabilities catalog; its JSON schema is published beside it. */
export const cisaKev: Feed = {
  format: 'cisa-kev',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return (
      value !== null && typeof value['catalogVersion'] === 'string' && Array.isArray(value['vulnerabilities'])
    );
  },

  *read(document, now) {
    const catalog = document.kind === 'tree' ? asObject(document.value) : null;
    const vulnerabilities = catalog?.['vulnerabilities'];
    if (catalog === null || !Array.isArray(vulnerabilities)) return;
    const dateReleased = catalog['dateReleased'];
    const released = recordDate(typeof dateReleased === 'string' ? dateReleased : null, now);
    for (const [index, value] of (vulnerabilities as readonly unknown[]).entries()) {
      const entry = Entry.safeParse(value);
      if (!entry.success) {
        yield {
          kind: 'rejected',
          record: `${document.path}: entry ${index}`,
          reason: faultsOf(entry.error),
        };
        continue;
      }
      const { cveID, dateAdded, dueDate, knownRansomwareCampaignUse } = entry.data;
      yield {
        kind: 'known-exploited',
        cve: cveID,
        entry: { dateAdded, dueDate: dueDate ?? null, ransomware: knownRansomwareCampaignUse === 'Known' },
        released,
      };
    }
  },
};
