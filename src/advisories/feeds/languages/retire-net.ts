import { z } from 'zod';
import { between, exactly, unionIntervals } from '../../../versions/interval-set.ts';
import { nuget } from '../../../versions/nuget.ts';
import { asObject, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { advisoryItem } from '../advisory-item.ts';
import { cvesIn, ghsaInAddress, itemsOfRecord, languagePackage, pageAddress } from './language-advisory.ts';

const Text = z.string().refine(isPlainText, 'is empty, too long or has control characters');

const Announcement = z.object({
  link: z.string().max(1000),
  description: z.string().max(10_000).default(''),
  packages: z.array(z.object({ id: Text, affected: Text, fix: Text.nullish() })).max(100_000),
});

/**
 * RetireNet's lists of NuGet packages, one JSON file an announcement of Microsoft: single affected versions, each with the
 * release that fixes it. The flaw is named in the announcement's title or address.
 */
export const retireNet: Feed = {
  format: 'retire-net',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    const packages = value?.['packages'];
    const first = Array.isArray(packages) ? asObject(packages[0]) : null;
    return typeof value?.['link'] === 'string' && first !== null && 'id' in first && 'affected' in first;
  },

  *read(document) {
    if (document.kind !== 'tree') return;
    yield* itemsOfRecord(document.path, () => [toItem(document.value)]);
  },
};

function toItem(value: unknown): FeedItem {
  const { link, description, packages } = Announcement.parse(value);
  const id = nameIn(description) ?? ghsaInAddress(link);
  if (id === null) return { kind: 'skipped', reason: 'an announcement that names no flaw' };
  const affected = [...Map.groupBy(packages, (entry) => entry.id)].map(([name, entries]) =>
    languagePackage('NuGet', name, {
      intervals: unionIntervals(
        nuget,
        // what came between an affected version and the release that fixes it has the flaw too
        entries.map(({ affected, fix }) => (fix ? between(affected, fix) : exactly(affected))),
      ),
    }),
  );
  return advisoryItem({ id, source: 'retire-net', url: pageAddress(link), affected }, link);
}

/** The CVE in a title, or else what Microsoft calls its advisory: `4021279`, `ASPNETCore-Mar18`. */
function nameIn(title: string): string | null {
  const [cve] = cvesIn(title.split(/[\s:,|]+/));
  const own = /^Microsoft Security Advisory ([\w-]{1,40}):/.exec(title)?.[1];
  return cve ?? (own === undefined ? null : `Microsoft-Security-Advisory-${own}`);
}
