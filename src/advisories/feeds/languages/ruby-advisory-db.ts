import { z } from 'zod';
import { gem } from '../../../versions/gem.ts';
import { parseGemRequirement } from '../../../versions/gem-requirement.ts';
import { complementIntervals } from '../../../versions/interval-set.ts';
import type { AffectedPackage, SeverityStatement } from '../../advisory.ts';
import { recordDate } from '../../dates.ts';
import { asObject, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { scoreStatement } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage, pageAddress } from './language-advisory.ts';

/** CPE names of interpreters, by which catalogers know them. */
const ENGINES: ReadonlyMap<string, string> = new Map([
  ['jruby', 'jruby:jruby'],
  ['mruby', 'mruby:mruby'],
  ['ruby', 'ruby-lang:ruby'],
]);

const Name = z.string().refine(isPlainText, 'is no name');
const Requirements = z.array(z.string().max(500)).max(1000).default([]);
const Text = z.string().max(1000).optional();

const RubyRecord = z.object({
  gem: Name.optional(),
  /** The interpreter: `ruby`, `jruby`, `mruby`. */
  engine: Name.optional(),
  platform: Text,
  cve: z
    .string()
    .regex(/^\d{4}-\d{4,19}$/)
    .optional(),
  ghsa: z
    .string()
    .regex(/^[0-9a-z]{4}(?:-[0-9a-z]{4}){2}$/)
    .optional(),
  osvdb: z
    .string()
    .regex(/^\d{1,10}$/)
    .optional(),
  date: Text,
  url: Text,
  cvss_v2: Text,
  cvss_v3: Text,
  cvss_v4: Text,
  patched_versions: Requirements,
  unaffected_versions: Requirements,
});

type RubyRecord = z.infer<typeof RubyRecord>;

/**
 * The Ruby advisory database of rubysec, one YAML file each: `gems/GEM/CVE-….yml`, and `rubies/ENGINE/…` about interpreters.
 * It states which versions are not affected, by RubyGems' requirements; all others are.
 */
export const rubyAdvisoryDb: Feed = {
  format: 'ruby-advisory-db',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    if (value === null || !('gem' in value || 'engine' in value)) return false;
    return 'title' in value && ('cve' in value || 'ghsa' in value || 'osvdb' in value);
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    yield* itemsOfRecord(document.path, () => [toItem(document.value, now)]);
  },
};

function toItem(value: unknown, now: Date): FeedItem {
  const record = RubyRecord.parse(value);
  // an installed gem does not say that it is the build for another interpreter, but by its name
  if (record.platform !== undefined && record.gem?.startsWith('jruby-') !== true)
    return { kind: 'skipped', reason: 'a flaw of a gem on another interpreter only' };
  const [id, ...aliases] = [
    ...(record.cve === undefined ? [] : [`CVE-${record.cve}`]),
    ...(record.ghsa === undefined ? [] : [`GHSA-${record.ghsa}`]),
    ...(record.osvdb === undefined ? [] : [`OSVDB-${record.osvdb}`]),
  ];
  const affected = affectedBy(record);
  if (affected === null)
    return { kind: 'skipped', reason: 'a flaw of no version, or of an interpreter without a CPE name' };
  if (id === undefined) return { kind: 'skipped', reason: 'a flaw without an identifier' };
  return advisoryItem(
    {
      id,
      source: 'rubysec',
      aliases,
      published: recordDate(record.date, now),
      severities: severitiesOf(record),
      url: pageAddress(record.url),
      affected: [affected],
    },
    `${affected.ecosystem} ${affected.name}`,
  );
}

function affectedBy({
  gem: name,
  engine,
  patched_versions,
  unaffected_versions,
}: RubyRecord): AffectedPackage | null {
  const without = [...patched_versions, ...unaffected_versions].flatMap(parseGemRequirement);
  const intervals = complementIntervals(gem, without);
  if (intervals.length === 0) return null;
  if (name !== undefined) return languagePackage('RubyGems', name, { intervals });
  const product = ENGINES.get(engine ?? '');
  return product === undefined ? null : languagePackage('CPE', product, { scheme: gem.name, intervals });
}

/** Scores without their vectors. */
function severitiesOf({ cvss_v2, cvss_v3, cvss_v4 }: RubyRecord): readonly SeverityStatement[] {
  return [
    scoreStatement(4, cvss_v4 ?? ''),
    scoreStatement(3, cvss_v3 ?? ''),
    scoreStatement(2, cvss_v2 ?? ''),
  ].filter((statement) => statement !== null);
}
