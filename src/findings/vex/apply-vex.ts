/**
 * What VEX makes of the verdicts.
 *
 * - Documents that the user gave outrank attestations on the image, and these the vendors' statements in the database.
 *   The first of the three that says anything about a flaw in a package decides.
 * - Of one author's statements the latest decides; of two with one date the one that hides less.
 * - Where authors of one rank disagree, the flaw stays open.
 * - `not_affected` and `fixed` suppress; `affected` and `under_investigation` never hide or change anything.
 */
import type { VexDocument, VexStatement } from '../../advisories/vex/vex-statement.ts';
import { OPEN_VERDICTS, type Because } from '../../model/finding.ts';
import type { UnusedVexStatement, VexDocumentUse, VexReport } from '../../model/triage.ts';
import { type Decision, suppress } from '../decide.ts';
import type { ProductScope } from './product-scope.ts';

/** A document with where it came from. */
export interface GivenVex {
  readonly document: VexDocument;
  readonly origin: VexDocumentUse['origin'];
  readonly place: string;
  readonly applied: boolean;
}

export interface VexInput {
  readonly decisions: readonly Decision[];
  readonly given: readonly GivenVex[];
  /** Vendors' statements that the database has for the image and its packages. */
  readonly vendors: readonly VexStatement[];
  readonly scope: ProductScope;
}

export interface AppliedVex {
  readonly decisions: readonly Decision[];
  readonly report: VexReport;
}

type Said = { readonly statement: VexStatement; readonly rank: number };

const RANKS = { file: 0, attestation: 1 } as const;
const VENDOR_RANK = 2;

export function applyVex({ decisions, given, vendors, scope }: VexInput): AppliedVex {
  const applied = given.filter((each) => each.applied);
  const said: Said[] = [
    ...applied.flatMap(({ document, origin }) =>
      document.statements.map((statement) => ({ statement, rank: RANKS[origin] })),
    ),
    ...vendors.map((statement) => ({ statement, rank: VENDOR_RANK })),
  ];
  const byFlaw = Map.groupBy(
    said.flatMap((each) => each.statement.flaws.map((flaw) => ({ flaw, each }))),
    ({ flaw }) => flaw,
  );
  const heard = new Set<VexStatement>();
  const decided = new Map<VexStatement, number>();
  const outcome = decisions.map((decision) => {
    const names = [decision.id, ...decision.aliases];
    const about = new Set(names.flatMap((name) => byFlaw.get(name) ?? []).map(({ each }) => each));
    const speaking = [...about].filter(({ statement }) =>
      statement.products.some((product) => scope.covers(product, decision.package)),
    );
    for (const { statement } of speaking) heard.add(statement);
    const ruling = rule(speaking);
    for (const statement of ruling) decided.set(statement, (decided.get(statement) ?? 0) + 1);
    return conclude(decision, ruling);
  });
  const reasonOf = (statement: VexStatement): UnusedVexStatement['reason'] | null => {
    if (decided.has(statement)) return null;
    if (isUnjustified(statement)) return 'unjustified';
    if (heard.has(statement)) return 'superseded';
    return statement.products.some((product) => scope.isHere(product))
      ? 'flaw-not-found'
      : 'product-not-here';
  };
  return {
    decisions: outcome,
    report: {
      documents: given.map((each) => documentUse(each, decided)),
      unused: applied.flatMap(({ document }) =>
        document.statements.flatMap((statement) => {
          const reason = reasonOf(statement);
          return reason === null ? [] : [unusedStatement(statement, reason)];
        }),
      ),
    },
  };
}

/** The statements that decide about one flaw in one package: of the strongest origin, the latest of each author. */
function rule(speaking: readonly Said[]): readonly VexStatement[] {
  const valid = speaking.filter(({ statement }) => !isUnjustified(statement));
  const strongest = Math.min(...valid.map(({ rank }) => rank));
  const heard = valid.flatMap(({ rank, statement }) => (rank === strongest ? [statement] : []));
  const byAuthor = Map.groupBy(heard, ({ author, source }) => `${source}\0${author ?? ''}`);
  return [...byAuthor.values()].flatMap((statements) => statements.reduce(later));
}

function later(before: VexStatement, after: VexStatement): VexStatement {
  const [earlier, newer] = [before.modified ?? '', after.modified ?? ''];
  if (earlier !== newer) return earlier < newer ? after : before;
  return clears(after) && !clears(before) ? before : after;
}

function clears({ status }: VexStatement): boolean {
  return status === 'not_affected' || status === 'fixed';
}

/** CISA, "Minimum Requirements for VEX", section 3.3: `not_affected` must say why. */
function isUnjustified({ status, justification, note }: VexStatement): boolean {
  return status === 'not_affected' && justification === null && note === null;
}

function conclude(decision: Decision, ruling: readonly VexStatement[]): Decision {
  if (ruling.length === 0) return decision;
  const isOpen = OPEN_VERDICTS.has(decision.verdict);
  const [first] = ruling.filter(clears);
  if (isOpen && first !== undefined && ruling.every(clears)) {
    return suppress(decision, summarise(first), {
      step: 'vex',
      message: describe(first),
      source: first.source,
    });
  }
  const said = ruling.map((statement): Because => {
    const why = clears(statement) && isOpen ? '; another author does not clear it, so it stays' : '';
    return { step: 'vex', message: `${describe(statement)}${why}`, source: statement.source };
  });
  return { ...decision, outrankedBy: [...decision.outrankedBy, ...said] };
}

const STATUS_WORDS: Readonly<Record<VexStatement['status'], string>> = {
  not_affected: 'not affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under investigation',
};

/** Who says what and why, short enough for a table. */
function summarise({ author, status, justification }: VexStatement): string {
  const why = justification === null ? '' : `: ${justification.replaceAll('_', ' ')}`;
  return `${author ?? 'an unnamed author'} says ${STATUS_WORDS[status]}${why}`;
}

function describe(statement: VexStatement): string {
  const note = statement.note === null ? '' : ` (${statement.note})`;
  return `${summarise(statement)}${note}, in VEX ${statement.document}`;
}

function documentUse(
  { document, origin, place, applied }: GivenVex,
  decided: ReadonlyMap<VexStatement, number>,
): VexDocumentUse {
  const { id, author, format, statements, faults } = document;
  const findings = statements.reduce((sum, statement) => sum + (decided.get(statement) ?? 0), 0);
  return {
    document: id,
    author,
    format,
    origin,
    place,
    applied,
    statements: statements.length,
    findings,
    faults,
  };
}

function unusedStatement(
  { document, flaws, status, products }: VexStatement,
  reason: UnusedVexStatement['reason'],
): UnusedVexStatement {
  const [product] = products;
  return {
    document,
    vulnerability: flaws[0] ?? '',
    status,
    product: product?.identifiers[0] ?? product?.digests[0] ?? '',
    reason,
  };
}
