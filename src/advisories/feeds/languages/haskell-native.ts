import { z } from 'zod';
import { EVERY_VERSION } from '../../../versions/interval-set.ts';
import { isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { cvssStatement } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage } from './language-advisory.ts';
import { beginsWithAdvisory, frontMatterOf } from './toml-front-matter.ts';

const Identifier = z.string().refine(isIdentifier, 'is not an identifier');
const Text = z.string().refine(isPlainText, 'is empty, too long or has control characters');

const Affected = z.object({
  package: Text.optional(),
  /** A part of GHC, the compiler. */
  'ghc-component': Text.optional(),
  cvss: z.string().max(1000).default(''),
  versions: z.array(z.object({ introduced: Text, fixed: Text.optional() })).max(10_000),
});

const HaskellRecord = z.object({
  advisory: z.object({ id: Identifier, aliases: z.array(Identifier).max(1000).default([]) }),
  affected: z.array(Affected).max(10_000),
});

/**
 * Haskell's security advisories in their native form, Markdown with TOML at its head. It has no dates (they are those of
 * commits): a record in OSV's form, which has, counts before it.
 */
export const haskellNative: Feed = {
  format: 'haskell-native',

  recognises(document) {
    return beginsWithAdvisory(document, 'HSEC-');
  },

  *read(document) {
    yield* itemsOfRecord(document.path, () => [toItem(frontMatterOf(document))]);
  },
};

function toItem(value: unknown): FeedItem {
  const { advisory, affected } = HaskellRecord.parse(value);
  return advisoryItem({
    id: advisory.id,
    source: 'haskell',
    aliases: advisory.aliases,
    affected: affected.map(toAffected),
  });
}

function toAffected(entry: z.infer<typeof Affected>) {
  const severity = cvssStatement(entry.cvss);
  const stated = {
    severities: severity === null ? [] : [severity],
    intervals: entry.versions.map(({ introduced, fixed }) => ({
      ...EVERY_VERSION,
      introduced: introduced === '0' ? null : introduced,
      fixed: fixed ?? null,
    })),
  };
  const component = entry['ghc-component'];
  // OSV, "Defined Ecosystems": GHC for what comes with the compiler
  return component === undefined
    ? languagePackage('Hackage', Text.parse(entry.package), stated)
    : languagePackage('GHC', component, stated);
}
