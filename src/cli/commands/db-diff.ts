import { readDatabaseInfo } from '../../advisories/database/database.ts';
import { differences, type FactPair } from '../../advisories/facts/delta.ts';
import { factKey, type Fact, type FactKind } from '../../advisories/facts/fact.ts';
import { formatFact } from '../../advisories/facts/fact-text.ts';
import { factsOfFile } from '../../advisories/database/stored-facts.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal, shorten } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatCount, plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { formatTable } from '../../report/table.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { styleFor, type Terminal } from '../terminal.ts';

const SHOWN = 100;

export interface DiffFlags {
  readonly all?: boolean;
  readonly format: string;
}

/** One difference, as JSON says it. */
interface Difference {
  readonly change: FactPair['kind'];
  readonly kind: FactKind;
  /** Parts of the fact's key. */
  readonly key: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

export function diffDatabases(
  before: string,
  after: string,
  flags: DiffFlags,
  terminal: Terminal,
): ExitStatus {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const [old, now] = [before, after].map(checked);
  const listed: Difference[] = [];
  const counts = new Map<string, number>();
  let total = 0;
  for (const pair of differences(factsOfFile(before), factsOfFile(after))) {
    total += 1;
    const difference = describe(pair);
    const { change, kind } = difference;
    counts.set(`${kind} ${change}`, (counts.get(`${kind} ${change}`) ?? 0) + 1);
    if (flags.all === true || listed.length < SHOWN) listed.push(difference);
  }
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson({
            before: old,
            after: now,
            total,
            counts: Object.fromEntries(counts),
            differences: listed,
          })
        : formatDifferences(total, counts, listed, style),
    terminal.stdout,
  );
  return 0;
}

/** @throws {AdvisoryError} for a file that is no database */
function checked(file: string) {
  const { built, newest, digest } = readDatabaseInfo(file);
  return { file, built, newest, digest };
}

function describe(pair: FactPair): Difference {
  const before = pair.kind === 'added' ? null : pair.before;
  const after = pair.kind === 'removed' ? null : pair.after;
  const fact = pair.kind === 'removed' ? pair.before : pair.after;
  return {
    change: pair.kind,
    kind: fact.kind,
    key: factKey(fact).split('\n'),
    before: before === null ? null : toJson(before),
    after: after === null ? null : toJson(after),
  };
}

function toJson(fact: Fact): unknown {
  return JSON.parse(formatFact(fact));
}

function formatDifferences(
  total: number,
  counts: ReadonlyMap<string, number>,
  listed: readonly Difference[],
  style: Style,
): string {
  if (total === 0) return 'The databases have the same facts.\n';
  const summary = [...counts].map(([name, count]) => `${formatCount(count)} ${name}`).join(', ');
  return [
    `${plural(total, 'difference')}: ${summary}\n\n`,
    formatTable<Difference>(
      [
        { title: 'CHANGE', text: ({ change }) => change },
        { title: 'FACT', text: ({ kind }) => kind },
        { title: 'KEY', most: 60, text: ({ key }) => escapeTerminal(key.join(' ')) },
        {
          title: 'NOW',
          most: Math.max(20, style.width - 90),
          text: ({ before, after }) => shorten(escapeTerminal(brief(after ?? before)), 200),
        },
      ],
      listed,
      style,
    ),
    listed.length < total
      ? `\n${formatCount(total - listed.length)} more; --all or --format json --all has them\n`
      : '',
  ].join('');
}

/** What a line has room for: where a record is about packages their names, else the fact itself. */
function brief(fact: unknown): string {
  const {
    affected,
    kind: _kind,
    ...rest
  } = fact as {
    readonly kind: string;
    readonly affected?: readonly { readonly ecosystem: string; readonly name: string }[];
  };
  if (affected === undefined) return JSON.stringify(rest);
  return [...new Set(affected.map(({ ecosystem, name }) => `${ecosystem} ${name}`))].join(', ');
}
