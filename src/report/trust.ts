/** The answer of `hallmark verify` on a terminal: the verdict, three questions, and what was not checked as loudly as what failed. */
import type { Digest } from '../model/digest.ts';
import type { Claim, ReportedCheck, ReportedEvidence, TrustReport } from '../model/trust-report.ts';
import type { Endorsement, TrustVerdict } from '../model/trust.ts';
import { predicateNameOf } from '../trust/statements/predicate-types.ts';
import { escapeTerminal, shorten } from './escape.ts';
import { formatHowBuilt } from './provenance.ts';
import { formatDay, plural } from './quantity.ts';
import type { Style } from './style.ts';
import { formatTable } from './table.ts';
import { wrap } from './wrap.ts';

const INDENT = '  ';
const LABEL_WIDTH = 13;

const VERDICT_COLOUR = {
  trusted: 'green',
  untrusted: 'red',
  unknown: 'yellow',
  error: 'red',
} as const satisfies Readonly<Record<TrustVerdict, string>>;

const QUESTIONS: readonly (readonly [Claim['question'], string])[] = [
  ['who', 'Who made it?'],
  ['from-what', 'From what?'],
  ['current', 'Is it current?'],
];

export interface TrustReportOptions {
  /** Every check with its reason, instead of the failed ones alone. */
  readonly all?: boolean;
  /** What it was built from and with, as a tree and in full. */
  readonly provenance?: boolean;
}

export function formatTrustReport(
  report: TrustReport,
  style: Style,
  options: TrustReportOptions = {},
): string {
  return [
    formatTitle(report, style),
    formatVerdict(report, style),
    ...QUESTIONS.map(
      ([question, title]) =>
        heading(title, style) +
        (formatClaims(report, question, style) || labelled('', 'nothing says so', style)),
    ),
    formatTrustRoots(report, style),
    formatHowBuilt(report, style, options.provenance === true),
    formatRequirements(report, style),
    formatEvidence(report, style),
    formatChecks(report, style, options),
    formatNotChecked(report, style),
    ...report.bases.map((base) => `\n${formatTrustReport(base, style, options)}`),
  ].join('');
}

/** `trusted` and the like, in its colour. */
export function paintVerdict(verdict: TrustVerdict, style: Style): string {
  return style.paint(['bold', VERDICT_COLOUR[verdict]], verdict);
}

/** `sha256:0123456789ab`: enough to find it in the list of evidence. */
export function shortDigest(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}

function heading(text: string, style: Style): string {
  return `\n${style.paint('bold', text)}\n`;
}

/** A labelled line, broken where it is too long. `text` is escaped and has no colours. */
function labelled(label: string, text: string, style: Style): string {
  const indent = ' '.repeat(INDENT.length + LABEL_WIDTH);
  const width = Math.max(40, style.width - indent.length);
  return `${INDENT}${style.paint('dim', label.padEnd(LABEL_WIDTH))}${wrap(text, width, indent)}\n`;
}

function formatTitle({ reference, digest, images }: TrustReport, style: Style): string {
  const platforms = images.flatMap(({ platform }) => platform ?? []).join(', ');
  return (
    `${style.paint('bold', escapeTerminal(reference))}\n` +
    `${digest ?? 'no digest: it was not reached'}${platforms === '' ? '' : ` · ${escapeTerminal(platforms)}`}\n`
  );
}

function formatVerdict({ verdict, code, because, policy }: TrustReport, style: Style): string {
  const rule =
    policy === null ? '' : labelled('rule', escapeTerminal(`"${policy.rule}", in ${policy.policy}`), style);
  return (
    heading('Is this what I think it is?', style) +
    `${INDENT}${paintVerdict(verdict, style)}${' '.repeat(Math.max(1, LABEL_WIDTH - verdict.length))}` +
    `${wrap(escapeTerminal(because), Math.max(40, style.width - INDENT.length - LABEL_WIDTH), ' '.repeat(INDENT.length + LABEL_WIDTH))}\n` +
    labelled('code', code, style) +
    rule
  );
}

/** The claims about one question, each with how far it can be believed. */
export function formatClaims(
  { claims }: Pick<TrustReport, 'claims'>,
  question: Claim['question'],
  style: Style,
): string {
  const lines = claims
    .filter((claim) => claim.question === question)
    .map(({ topic, statement, basis }) =>
      labelled(
        topic,
        `${escapeTerminal(statement)} (${basis === 'verified' ? 'verified' : 'declared, not verified'})`,
        style,
      ),
    );
  return lines.join('');
}

/** How old what the answers rest on is: the last line of the question whether they are current. */
function formatTrustRoots(report: TrustReport, style: Style): string {
  const roots = describeTrustRoots(report);
  return roots === '' ? '' : labelled('trust root', escapeTerminal(roots), style);
}

function formatRequirements({ policy }: TrustReport, style: Style): string {
  if (policy === null || policy.requirements.length === 0) return '';
  const rows = policy.requirements.map(({ asks, isMet, reason }) => {
    const mark = isMet ? style.paint('green', 'met') : style.paint('red', 'not met');
    const indent = ' '.repeat(INDENT.length + LABEL_WIDTH);
    const text = wrap(
      // what was asked for and is not there, the reason says itself
      escapeTerminal(isMet ? `${asks}: ${reason}` : reason),
      Math.max(40, style.width - indent.length),
      indent,
    );
    return `${INDENT}${mark}${' '.repeat(LABEL_WIDTH - (isMet ? 3 : 7))}${text}\n`;
  });
  return heading('What the rule asks for', style) + rows.join('');
}

/** More of the address of a type nobody needs who has the rest of it in JSON. */
const MOST_SAID = 40;

/** `signature`, or what is attested to. */
const nameOfMeaning = ({ meaning, statement }: Endorsement): string =>
  meaning === 'signature' || statement === null ? meaning : predicateNameOf(statement.predicateType);

const RESULT_COLOUR = { holds: 'green', fails: 'red', undecided: 'yellow', unsigned: 'yellow' } as const;

function formatEvidence({ evidence, endorsements }: TrustReport, style: Style): string {
  if (evidence.length === 0) return heading('Evidence', style) + labelled('', 'none was found', style);
  const says = Map.groupBy(endorsements, (one) => one.evidence);
  return (
    heading('Evidence', style) +
    formatTable<ReportedEvidence>(
      [
        {
          title: 'RESULT',
          text: ({ result }) => result,
          paint: ({ result }, text) => style.paint(RESULT_COLOUR[result], text),
        },
        { title: 'FORMAT', text: ({ format }) => format },
        {
          title: 'SAYS',
          most: MOST_SAID,
          text: ({ digest }) => [...new Set(says.get(digest)?.map(nameOfMeaning))].join(', '),
        },
        { title: 'ABOUT', text: ({ about }) => shortDigest(about) },
        { title: 'FOUND BY', text: ({ places }) => places.join(', ') },
        { title: 'DIGEST', text: ({ digest }) => shortDigest(digest) },
      ],
      evidence,
      style,
      INDENT,
    )
  );
}

function formatCheck({ id, evidence, reason, specification }: ReportedCheck, style: Style): string {
  const of = evidence === null ? '' : ` (${shortDigest(evidence)})`;
  const indent = INDENT.repeat(2);
  const width = Math.max(40, style.width - indent.length);
  return (
    `${INDENT}${id}${of}\n` +
    `${indent}${wrap(escapeTerminal(reason), width, indent)}\n` +
    `${indent}${style.paint('dim', shorten(specification, width))}\n`
  );
}

function formatChecks({ checks }: TrustReport, style: Style, { all = false }: TrustReportOptions): string {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const passed = checks.filter(({ outcome }) => outcome === 'passed');
  const count = `${plural(passed.length, 'check')} passed`;
  return (
    (failed.length === 0
      ? ''
      : heading(style.paint('red', `Failed (${failed.length})`), style) +
        failed.map((one) => formatCheck(one, style)).join('')) +
    (all && passed.length > 0
      ? heading(`Passed (${passed.length})`, style) + passed.map((one) => formatCheck(one, style)).join('')
      : passed.length === 0
        ? ''
        : `\n${style.paint('dim', `${count}: --checks lists them`)}\n`)
  );
}

function formatNotChecked({ notChecked, gaps }: TrustReport, style: Style): string {
  if (notChecked.length === 0 && gaps.length === 0) return '';
  // what one reason kept from being checked, of one piece of evidence or of several, is one entry
  const grouped = Map.groupBy(notChecked, ({ reason }) => reason);
  return (
    heading(style.paint('yellow', 'Not checked'), style) +
    [...grouped.values()]
      .flatMap((group) => {
        const names = [...new Set(group.map(({ id }) => id))].join(', ');
        return [entry(names, group[0]?.reason ?? '', style)];
      })
      .join('') +
    gaps.map(({ code, message }) => entry(code, message, style)).join('')
  );
}

function entry(name: string, reason: string, style: Style): string {
  const indent = INDENT.repeat(2);
  return `${INDENT}${wrap(escapeTerminal(name), style.width - INDENT.length, INDENT)}\n${indent}${wrap(escapeTerminal(reason), Math.max(40, style.width - indent.length), indent)}\n`;
}

/** One line for lists of many images: `trusted  sha256:…  reference`. */
export function formatTrustLine(report: TrustReport, style: Style): string {
  const { reference, digest, verdict, because } = report;
  const isNamed = digest === null || reference.endsWith(`@${digest}`);
  return (
    `${paintVerdict(verdict, style)}${' '.repeat(10 - verdict.length)}` +
    `${escapeTerminal(reference)}${isNamed ? '' : ` ${style.paint('dim', digest)}`}\n` +
    (verdict === 'trusted' ? '' : `${' '.repeat(10)}${escapeTerminal(because)}\n`)
  );
}

/** `public-good, bundled, 92 days old, vouched for until 2026-08-28, 85 days ago`. */
export function describeTrustRoots({ freshness }: Pick<TrustReport, 'freshness'>): string {
  return freshness.trustRoots
    .map(({ name, origin, ageDays, expires }) => {
      const age = ageDays === null ? 'of unknown age' : `${plural(ageDays, 'day')} old`;
      return `${name}, ${origin}, ${age}${expires === null ? '' : `, ${vouched(expires, freshness.asOf)}`}`;
    })
    .join('; ');
}

const DAY_MS = 86_400_000;

/** Until when a publisher vouches for a trust root, and how long ago that was. */
function vouched(expires: string, asOf: string): string {
  const days = Math.floor((Date.parse(asOf) - Date.parse(expires)) / DAY_MS);
  const ago =
    Date.parse(asOf) < Date.parse(expires) ? '' : `, ${days === 0 ? 'today' : `${plural(days, 'day')} ago`}`;
  return `vouched for until ${formatDay(expires)}${ago}`;
}
