import { z } from 'zod';
import { parseComparators } from '../../../versions/comparators.ts';
import { EVERY_VERSION } from '../../../versions/interval-set.ts';
import { julia } from '../../../versions/julia.ts';
import type { VersionInterval } from '../../../versions/scheme.ts';
import { recordDate } from '../../dates.ts';
import { isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { cvssStatement } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage } from './language-advisory.ts';
import { beginsWithAdvisory, frontMatterOf } from './toml-front-matter.ts';

const Identifier = z.string().refine(isIdentifier, 'is not an identifier');
const Identifiers = z.array(Identifier).max(1000).default([]);
const Vector = z.string().max(1000);
/** TOML has dates of its own. */
const DateText = z
  .date()
  .transform((date) => date.toISOString())
  .or(z.string().max(100))
  .optional();

const JuliaRecord = z.object({
  id: Identifier,
  modified: DateText,
  published: DateText,
  withdrawn: DateText,
  aliases: Identifiers,
  upstream: Identifiers,
  severity: z
    .array(z.object({ score: Vector }).or(Vector.transform((score) => ({ score }))))
    .max(100)
    .default([]),
  affected: z
    .array(
      z.object({
        pkg: z.string().refine(isPlainText, 'is no name'),
        ranges: z.array(z.string().max(500)).max(10_000),
      }),
    )
    .max(10_000),
});

/**
 * Julia's security advisories in their native form, Markdown with TOML at its head. A record is about one flaw, in a library
 * that packages carry; `upstream` has the names by which its makers know it.
 */
export const juliaNative: Feed = {
  format: 'julia-native',

  recognises(document) {
    return beginsWithAdvisory(document, 'JLSEC-');
  },

  *read(document, now) {
    yield* itemsOfRecord(document.path, () => [toItem(frontMatterOf(document), now)]);
  },
};

function toItem(value: unknown, now: Date): FeedItem {
  const record = JuliaRecord.parse(value);
  return advisoryItem({
    id: record.id,
    source: 'julia',
    aliases: [...new Set([...record.aliases, ...record.upstream])],
    published: recordDate(record.published, now),
    modified: recordDate(record.modified, now),
    withdrawn: recordDate(record.withdrawn, now),
    severities: record.severity.flatMap(({ score }) => cvssStatement(score) ?? []),
    affected: record.affected.map(({ pkg, ranges }) =>
      languagePackage('Julia', pkg, { intervals: ranges.flatMap(readRange) }),
    ),
  });
}

/** `>= 3.1.4+0, < 3.4.4+0`, or `*` for every version. */
function readRange(range: string): readonly VersionInterval[] {
  return range === '*' ? [EVERY_VERSION] : parseComparators(julia, range);
}
