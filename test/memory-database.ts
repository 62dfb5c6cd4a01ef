import type {
  Advisory,
  AdvisoryCandidate,
  AdvisoryDatabase,
  Flaw,
  SeverityStatement,
  SupportPeriod,
} from '../src/advisories/advisory.ts';
import type { VexStatement } from '../src/advisories/vex/vex-statement.ts';
import type { Epss, KnownExploited } from '../src/model/finding.ts';
import { parseDigest } from '../src/model/digest.ts';

export interface MemoryDatabaseContent {
  readonly advisories: readonly Advisory[];
  readonly epss?: Readonly<Record<string, Epss>>;
  readonly kev?: Readonly<Record<string, KnownExploited>>;
  readonly flaws?: readonly Flaw[];
  /** By product, as `AdvisoryDatabase.vex` is asked. */
  readonly vex?: Readonly<Record<string, readonly VexStatement[]>>;
  readonly support?: readonly SupportPeriod[];
  /** Platforms by the repository's name. */
  readonly repositories?: Readonly<Record<string, readonly string[]>>;
  readonly newest?: string | null;
  /** Ecosystems about which only partial sources speak. */
  readonly partial?: readonly string[];
  /** Names of sources, by identifier. */
  readonly sources?: Readonly<Record<string, string>>;
}

/** An advisory database that tests fill by hand, with the meaning of the real one. */
export function memoryDatabase(content: MemoryDatabaseContent): AdvisoryDatabase {
  const byName = new Map<string, AdvisoryCandidate[]>();
  const ecosystems = new Set<string>();
  const severities = new Map<string, { source: string; statement: SeverityStatement }[]>();
  for (const { affected, ...advisory } of content.advisories) {
    for (const entry of affected) {
      ecosystems.add(entry.ecosystem);
      const key = `${entry.ecosystem}\0${entry.name}`;
      byName.set(key, [...(byName.get(key) ?? []), { advisory, affected: entry }]);
    }
    for (const name of new Set([advisory.id, ...advisory.aliases])) {
      const stated = advisory.severities.map((statement) => ({ source: advisory.source, statement }));
      severities.set(name, [...(severities.get(name) ?? []), ...stated]);
    }
  }
  return {
    info: {
      built: '2026-11-20T00:00:00Z',
      newest: content.newest === undefined ? '2026-11-19T00:00:00Z' : content.newest,
      schema: 1,
      digest: parseDigest(`sha256:${'0'.repeat(64)}`),
      sources: Object.entries(content.sources ?? {}).map(([id, name]) => ({
        id,
        name,
        licence: 'none: made for a test',
        attribution: null,
        newest: null,
        records: 0,
      })),
    },
    covers: (ecosystem) => ecosystems.has(ecosystem),
    coversPartly: (ecosystem) => content.partial?.includes(ecosystem) === true,
    candidates: (ecosystem, name) => byName.get(`${ecosystem}\0${name}`) ?? [],
    severities: (id) => severities.get(id) ?? [],
    epss: (cve) => content.epss?.[cve] ?? null,
    knownExploited: (cve) => content.kev?.[cve] ?? null,
    flaws: (cve) => content.flaws?.filter(({ id }) => id === cve) ?? [],
    vex: (product) => content.vex?.[product] ?? [],
    supportPeriods: (product) => content.support?.filter((period) => period.product === product) ?? [],
    platforms: (repository) => content.repositories?.[repository] ?? [],
    close() {},
  };
}
