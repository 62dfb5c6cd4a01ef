import { z } from 'zod';
import { cargo } from '../../../versions/cargo.ts';
import { parseCargoRequirement } from '../../../versions/cargo-requirement.ts';
import { complementIntervals } from '../../../versions/interval-set.ts';
import { recordDate } from '../../dates.ts';
import { isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { cvssStatement } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage } from './language-advisory.ts';
import { beginsWithAdvisory, frontMatterOf } from './toml-front-matter.ts';

const Identifier = z.string().refine(isIdentifier, 'is not an identifier');
const Requirements = z.array(z.string().max(500)).max(1000).default([]);

const RustSecRecord = z.object({
  advisory: z.object({
    id: Identifier,
    package: z.string().refine(isPlainText, 'is no name'),
    date: z.string().max(40),
    withdrawn: z.string().max(40).optional(),
    aliases: z.array(Identifier).max(1000).default([]),
    cvss: z.string().max(1000).default(''),
    informational: z.string().refine(isPlainText, 'is no word').nullish(),
  }),
  versions: z.object({ patched: Requirements, unaffected: Requirements }),
});

/**
 * RustSec's advisories in their native form, Markdown with TOML at its head. The branch `osv` of the same repository has the
 * same records under the same identifiers, with the date of the last change: of both, those count. What `rust/` says of
 * the standard library and its tools goes by CVE and is about Rust itself.
 */
export const rustsecNative: Feed = {
  format: 'rustsec-native',

  recognises(document) {
    return (
      beginsWithAdvisory(document, 'RUSTSEC-') ||
      (beginsWithAdvisory(document, 'CVE-') &&
        document.kind === 'text' &&
        document.text.includes('\n[versions]\n'))
    );
  },

  *read(document, now) {
    yield* itemsOfRecord(document.path, () => [toItem(frontMatterOf(document), now)]);
  },
};

function toItem(value: unknown, now: Date): FeedItem {
  const { advisory, versions } = RustSecRecord.parse(value);
  const severity = cvssStatement(advisory.cvss);
  const without = [...versions.patched, ...versions.unaffected].flatMap(parseCargoRequirement);
  const stated = {
    intervals: complementIntervals(cargo, without),
    statusWord: advisory.informational ?? null,
  };
  if (stated.intervals.length === 0) return { kind: 'skipped', reason: 'a flaw of no version' };
  const isOfCrate = advisory.id.startsWith('RUSTSEC-');
  return advisoryItem({
    id: advisory.id,
    source: 'rustsec',
    aliases: advisory.aliases.filter((alias) => alias !== advisory.id),
    published: recordDate(advisory.date, now),
    withdrawn: recordDate(advisory.withdrawn, now),
    severities: severity === null ? [] : [severity],
    affected: [
      isOfCrate
        ? languagePackage('crates.io', advisory.package, stated)
        : languagePackage('CPE', 'rust-lang:rust', { ...stated, scheme: cargo.name }),
    ],
  });
}
