/**
 * Facts as text, one JSON object a line: what a database's digest is taken from, what deltas hold, and what
 * `hallmark db export --facts` writes. Members that are null or empty are left out; docs/database-schema.md has them all.
 */
import type { Advisory, AffectedPackage, Flaw } from '../advisory.ts';
import type { Fact } from './fact.ts';
import { severityFields, statementFields } from '../database/statement-codec.ts';
import type { VexStatement } from '../vex/vex-statement.ts';

/** The line of a fact, without the line feed. Equal facts have equal lines. */
export function formatFact(fact: Fact): string {
  return JSON.stringify({ kind: fact.kind, ...membersOf(fact) });
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(fact: Fact): Members {
  switch (fact.kind) {
    case 'source': {
      const { id, name, licence, attribution, edition } = fact.source;
      return stated({ id, name, licence, attribution, edition });
    }
    case 'advisory':
      return advisoryMembers(fact.advisory);
    case 'flaw':
      return flawMembers(fact.flaw);
    case 'vex':
      return vexMembers(fact.statement, fact.part);
    case 'support': {
      const { product, release, released, endOfLife, endOfExtendedSupport } = fact.period;
      return stated({ product, release, source: fact.source, released, endOfLife, endOfExtendedSupport });
    }
    case 'repository':
      return stated({ name: fact.name, platforms: fact.platforms });
    case 'exploited': {
      const { dateAdded, dueDate, ransomware } = fact.entry;
      return stated({ cve: fact.cve, dateAdded, dueDate, ransomware });
    }
    case 'score': {
      const { cve, score, percentile } = fact.score;
      return { cve, score, percentile };
    }
  }
}

function advisoryMembers(advisory: Advisory): Members {
  const { source, id, aliases, covers, published, modified, withdrawn, url } = advisory;
  const severities = advisory.severities.map(severityFields);
  const affected = advisory.affected.map(entryMembers);
  return stated({
    source,
    id,
    aliases,
    covers,
    published,
    modified,
    withdrawn,
    severities,
    url,
    affected,
  });
}

function entryMembers(entry: AffectedPackage): Members {
  const { ecosystem, name, naming, scheme } = entry;
  return { ecosystem, name, naming, scheme, statement: statementFields(entry) };
}

function flawMembers({ id, source, published, modified, rejected, weaknesses, ...rest }: Flaw): Members {
  const severities = rest.severities.map(severityFields);
  const report =
    rest.report === null
      ? null
      : stated({
          exploitation: rest.report.exploitation,
          automatable: rest.report.automatable,
          technicalImpact: rest.report.technicalImpact,
        });
  return stated({ id, source, published, modified, rejected, severities, weaknesses, report });
}

function vexMembers(statement: VexStatement, part: string): Members {
  const { source, document, author, modified, flaws, status, justification, note } = statement;
  const products = statement.products.map(({ identifiers, digests, subcomponents }) =>
    stated({ identifiers, digests, subcomponents }),
  );
  return stated({
    source,
    document,
    part,
    author,
    modified,
    flaws,
    status,
    justification,
    note,
    products,
  });
}

/** Without members that are null, an empty list or an empty text. */
function stated(members: Members): Members {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) kept[name] = value;
  }
  return kept;
}
