import { z } from 'zod';
import { parseComparators } from '../../../versions/comparators.ts';
import { composer } from '../../../versions/composer.ts';
import { recordDate } from '../../dates.ts';
import { asObject, type Feed, type FeedItem } from '../../feed.ts';
import { advisoryItem } from '../advisory-item.ts';
import { cvesIn, ghsaInAddress, itemsOfRecord, languagePackage, pageAddress } from './language-advisory.ts';

const SCHEME = 'composer://';

const Branch = z.object({
  time: z.string().max(100).optional(),
  versions: z.array(z.string().max(200)).min(1).max(20),
});

const FriendsOfPhpRecord = z.object({
  reference: z
    .string()
    .max(300)
    .regex(/^composer:\/\/[\w.-]+\/[\w.-]+$/),
  /** `~` stands for none. */
  cve: z.string().max(100).default('~'),
  link: z.string().max(2000).optional(),
  branches: z.record(z.string().max(200), Branch),
});

/**
 * FriendsOfPHP's security advisories, one YAML file each: `vendor/package/CVE-2024-50340.yaml`. The versions of a branch
 * are comparators that all hold. Without a CVE, a record goes by its path.
 */
export const friendsOfPhp: Feed = {
  format: 'friends-of-php',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    if (value === null || !('branches' in value)) return false;
    return typeof value['reference'] === 'string' && value['reference'].startsWith(SCHEME);
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    yield* itemsOfRecord(document.path, () => [toAdvisory(document.value, document.path, now)]);
  },
};

function toAdvisory(value: unknown, path: string, now: Date): FeedItem {
  const { reference, cve, link, branches } = FriendsOfPhpRecord.parse(value);
  const name = reference.slice(SCHEME.length);
  const stem = /([\w.-]+)\.ya?ml$/i.exec(path)?.[1] ?? 'unnamed';
  const [flaw] = cvesIn([cve]);
  const page = ghsaInAddress(link);
  const dates = Object.values(branches).flatMap(({ time }) => recordDate(time?.slice(0, 10), now) ?? []);
  const intervals = Object.values(branches).flatMap(({ versions }) =>
    parseComparators(composer, versions.join(',')),
  );
  return advisoryItem(
    {
      id: flaw ?? `FriendsOfPHP:${name}/${stem}`,
      source: 'friends-of-php',
      aliases: page === null ? [] : [page],
      published: dates.sort()[0] ?? null,
      url: pageAddress(link),
      affected: [languagePackage('Packagist', name, { intervals })],
    },
    `${name}/${stem}`,
  );
}
