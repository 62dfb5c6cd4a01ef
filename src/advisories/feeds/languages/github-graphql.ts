import { z } from 'zod';
import { parseCargoRequirement } from '../../../versions/cargo-requirement.ts';
import { parseComparators } from '../../../versions/comparators.ts';
import { schemeNamed } from '../../../versions/register.ts';
import type { VersionInterval } from '../../../versions/scheme.ts';
import { recordDate } from '../../dates.ts';
import { ecosystemTraits } from '../../ecosystems.ts';
import {
  asObject,
  isIdentifier,
  isPlainText,
  type Feed,
  type FeedDocument,
  type FeedItem,
} from '../../feed.ts';
import { severityWord } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage } from './language-advisory.ts';

/** GitHub's names of ecosystems (`SecurityAdvisoryEcosystem`) and the words that files of answers are named by. */
const ECOSYSTEMS: ReadonlyMap<string, string> = new Map([
  ['ACTIONS', 'GitHub Actions'],
  ['CARGO', 'crates.io'],
  ['COMPOSER', 'Packagist'],
  ['ERLANG', 'Hex'],
  ['GEM', 'RubyGems'],
  ['GO', 'Go'],
  ['GOLANG', 'Go'],
  ['MAVEN', 'Maven'],
  ['NPM', 'npm'],
  ['NUGET', 'NuGet'],
  ['PIP', 'PyPI'],
  ['PUB', 'Pub'],
  ['PYPI', 'PyPI'],
  ['RUBYGEMS', 'RubyGems'],
  ['RUST', 'crates.io'],
  ['SWIFT', 'SwiftURL'],
]);

const Identifier = z.object({
  type: z.string().max(40),
  value: z.string().refine(isIdentifier, 'is not an identifier'),
});

const Vulnerability = z.object({
  advisory: z.object({
    identifiers: z.array(Identifier).max(1000),
    severity: z.string().max(40).optional(),
    publishedAt: z.string().max(100).nullish(),
    updatedAt: z.string().max(100).nullish(),
    withdrawnAt: z.string().max(100).nullish(),
  }),
  package: z.object({
    ecosystem: z.string().max(40).optional(),
    name: z.string().refine(isPlainText, 'is no name'),
  }),
  vulnerableVersionRange: z.string().max(1000),
});

/**
 * Answers of GitHub's GraphQL interface: `{data: {securityVulnerabilities: {edges: [{node}]}}}`, one package and range a
 * node. An answer that was not asked for `package { ecosystem }` must lie in a file named after it: `maven.json`.
 */
export const githubGraphql: Feed = {
  format: 'github-graphql',

  recognises(document) {
    return edgesOf(document) !== null;
  },

  *read(document, now) {
    for (const [index, edge] of (edgesOf(document) ?? []).entries()) {
      const record = `${document.path}: edge ${index}`;
      yield* itemsOfRecord(record, () => [toItem(asObject(edge)?.['node'], document.path, record, now)]);
    }
  },
};

function edgesOf(document: FeedDocument): readonly unknown[] | null {
  const answer = document.kind === 'tree' ? asObject(document.value) : null;
  const edges = asObject(asObject(answer?.['data'])?.['securityVulnerabilities'])?.['edges'];
  return Array.isArray(edges) ? edges : null;
}

function toItem(node: unknown, path: string, record: string, now: Date): FeedItem {
  const { advisory, package: pkg, vulnerableVersionRange } = Vulnerability.parse(node);
  const stem = /([a-z]+)(?:-\d+)?\.json$/i.exec(path)?.[1];
  const ecosystem = ECOSYSTEMS.get((pkg.ecosystem ?? stem ?? '').toUpperCase());
  const id = advisory.identifiers.find(({ type }) => type === 'GHSA')?.value;
  if (ecosystem === undefined) return { kind: 'rejected', record, reason: 'names no ecosystem' };
  if (id === undefined) return { kind: 'rejected', record, reason: 'has no GHSA identifier' };
  const severity = severityWord(advisory.severity ?? '');
  return advisoryItem(
    {
      id,
      source: 'ghsa',
      aliases: advisory.identifiers.map(({ value }) => value).filter((alias) => alias !== id),
      published: recordDate(advisory.publishedAt, now),
      modified: recordDate(advisory.updatedAt, now),
      withdrawn: recordDate(advisory.withdrawnAt, now),
      severities: severity === null ? [] : [severity],
      affected: [
        languagePackage(ecosystem, pkg.name, {
          intervals: readRange(ecosystem, vulnerableVersionRange),
        }),
      ],
    },
    // an advisory about several packages is spread over nodes, and they over pages
    `${ecosystem} ${pkg.name} ${vulnerableVersionRange}`,
  );
}

/** Comparators with commas between. Versions of npm and Cargo may be short: `< 1.2`. */
function readRange(ecosystem: string, range: string): readonly VersionInterval[] {
  if (ecosystem === 'crates.io') return parseCargoRequirement(range);
  const scheme = schemeNamed(ecosystemTraits(ecosystem).scheme);
  return parseComparators(scheme, ecosystem === 'npm' ? withThreeNumbers(range) : range);
}

function withThreeNumbers(range: string): string {
  return range.replaceAll(
    /(?<![\w.+-])(\d{1,20})(\.\d{1,20})?(?![\w.+-])/g,
    (_, major: string, minor = '.0') => `${major}${minor}.0`,
  );
}
