import { z } from 'zod';
import { hex } from '../../../versions/hex.ts';
import { complementIntervals } from '../../../versions/interval-set.ts';
import { intervalsFromNpmRange } from '../../../versions/npm-range.ts';
import type { VersionInterval } from '../../../versions/scheme.ts';
import { recordDate } from '../../dates.ts';
import { asObject, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage, pageAddress } from './language-advisory.ts';

const Requirements = z.array(z.string().max(500)).max(1000).default([]);

const ElixirRecord = z.object({
  id: z.string().refine(isIdentifier, 'is not an identifier'),
  package: z.string().refine(isPlainText, 'is no name'),
  disclosure_date: z.string().max(100),
  /** Empty for none. */
  cve: z.string().max(40).default(''),
  link: z.string().max(1000).optional(),
  patched_versions: Requirements,
  unaffected_versions: Requirements,
});

/**
 * Dependabot's security advisories of Elixir packages, one YAML file each, until 2022. They state which versions are not
 * affected, by Elixir's requirements; all others are.
 */
export const elixirAdvisories: Feed = {
  format: 'elixir-advisories',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return value !== null && 'disclosure_date' in value && 'package' in value && 'patched_versions' in value;
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    yield* itemsOfRecord(document.path, () => [toItem(document.value, now)]);
  },
};

function toItem(value: unknown, now: Date): FeedItem {
  const record = ElixirRecord.parse(value);
  const without = [...record.patched_versions, ...record.unaffected_versions].flatMap(readRequirement);
  return advisoryItem({
    id: record.id,
    source: 'elixir-advisories',
    aliases: /^\d{4}-\d{4,19}$/.test(record.cve) ? [`CVE-${record.cve}`] : [],
    published: recordDate(record.disclosure_date, now),
    url: pageAddress(record.link),
    affected: [languagePackage('Hex', record.package, { intervals: complementIntervals(hex, without) })],
  });
}

/** `~> 1.2.3` is npm's `~1.2.3`, and `~> 1.2` all of 1 from there. https://hexdocs.pm/elixir/Version.html#module-requirements */
function readRequirement(requirement: string): readonly VersionInterval[] {
  const range = requirement
    .replaceAll(/~>\s*(\d{1,9})\.(\d{1,9})(?![\d.])/g, (_, major: string, minor: string) => {
      return `>=${major}.${minor}.0 <${Number(major) + 1}.0.0-0`;
    })
    .replaceAll('~>', '~')
    .replaceAll(/\sand\s/g, ' ')
    .replaceAll(/\sor\s/g, ' || ');
  return intervalsFromNpmRange(range);
}
