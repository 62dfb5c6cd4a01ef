/** One screen that answers the five questions about an image, and says of each what was not checked. */
import type { AssessedImage, Assessment } from '../model/assessment.ts';
import { FILE_FACT_KINDS, type FileFact, type FileFactKind } from '../model/file-fact.ts';
import { type Finding, OPEN_VERDICTS, VERDICTS } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { TrustReport } from '../model/trust-report.ts';
import { formatDatabase } from './database-line.ts';
import { compareVersions } from '../versions/register.ts';
import { escapeTerminal, shorten } from './escape.ts';
import { countSeverities, formatFindings } from './findings-table.ts';
import { formatChanges, formatStep, stepsWithLayers } from './history.ts';
import { describeBase, layerOwner } from './layer-owner.ts';
import { formatBytes, formatCount, formatDay, plural } from './quantity.ts';
import { formatCoverage } from './scan.ts';
import { countSecrets } from './secrets.ts';
import { type Style, VERDICT_LABEL } from './style.ts';
import { formatTable } from './table.ts';
import { describeTrustRoots, formatClaims, paintVerdict } from './trust.ts';

const TOP_FINDINGS = 6;
const TOP_UPGRADES = 4;
const TOP_LAYERS = 6;
const SHOWN_COVERAGE = 4;

const INDENT = '  ';
const LABEL_WIDTH = 13;

export function formatInspection(assessment: Assessment, style: Style): string {
  return [
    formatTitle(assessment, style),
    formatMaker(assessment, style),
    formatContents(assessment, style),
    formatFlaws(assessment, style),
    formatIdentity(assessment, style),
    formatRuntime(assessment.image, style),
    formatAdvice(assessment, style),
    formatGaps(assessment, style),
    formatDatabase(assessment, style),
  ].join('');
}

function question(text: string, style: Style): string {
  return `\n${style.paint('bold', text)}\n`;
}

/** A labelled line; nothing for an empty text. `text` is already escaped. */
function fact(label: string, text: string, style: Style): string {
  if (text === '') return '';
  return `${INDENT}${style.paint('dim', label.padEnd(LABEL_WIDTH))}${shortenPlain(text, roomOf(style))}\n`;
}

/** Characters that a fact may have. */
function roomOf(style: Style): number {
  return Math.max(40, style.width - INDENT.length - LABEL_WIDTH);
}

/** Shortens only text without colour codes, which must not be cut. */
function shortenPlain(text: string, width: number): string {
  return text.includes('\u001b') ? text : shorten(text, width);
}

/** What nobody looked at: said of each question, so that nothing is taken for answered. */
function notChecked(style: Style, ...subjects: readonly string[]): string {
  return `${INDENT}${style.paint('yellow', 'not checked'.padEnd(LABEL_WIDTH))}${subjects.join(', ')}\n`;
}

function formatTitle({ image, distribution, packages }: Assessment, style: Style): string {
  const bytes = image.layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  const parts = [
    image.platform,
    distribution?.prettyName ?? 'unknown distribution',
    plural(packages.length, 'package'),
    image.layers.length > 0 ? `${plural(image.layers.length, 'layer')}, ${formatBytes(bytes)}` : null,
    image.created === null ? null : `made ${formatDay(image.created)}`,
  ].filter((part) => part !== null);
  return `${style.paint('bold', escapeTerminal(image.reference))}\n${escapeTerminal(parts.join(' · '))}\n`;
}

const MAKER_LABELS: readonly (readonly [label: string, keys: readonly string[]])[] = [
  ['publisher', ['org.opencontainers.image.vendor', 'vendor', 'org.label-schema.vendor']],
  ['authors', ['org.opencontainers.image.authors', 'maintainer', 'MAINTAINER']],
  ['source', ['org.opencontainers.image.source', 'org.label-schema.vcs-url']],
  ['revision', ['org.opencontainers.image.revision', 'org.label-schema.vcs-ref']],
  ['page', ['org.opencontainers.image.url', 'url', 'org.opencontainers.image.documentation']],
];

function formatMaker({ image, trust }: Assessment, style: Style): string {
  const heading = question('Who made this?', style);
  if (image.kind === 'root-file-system') {
    return heading + fact('', 'A root file system does not say who made it.', style);
  }
  const named = (keys: readonly string[]) =>
    keys
      .map((key) => image.annotations[key] ?? image.labels[key])
      .find((value) => value !== undefined && value !== '');
  const lines = MAKER_LABELS.map(([label, keys]) => {
    const value = named(keys) ?? (label === 'authors' ? (image.author ?? '') : '');
    return value === '' ? '' : fact(label, formatClaim(value, style), style);
  }).join('');
  return (
    heading +
    (trust === null ? '' : formatClaims(trust, 'who', style) + formatClaims(trust, 'from-what', style)) +
    (lines === '' ? fact('declared', 'nothing: no labels or annotations name a maker', style) : lines) +
    (trust === null ? notChecked(style, 'signer') : '')
  );
}

/** What somebody says about the image: however long it is, it never pushes the warning out of the line. */
function formatClaim(claim: string, style: Style): string {
  const warning = ' (declared, not verified)';
  return shorten(escapeTerminal(claim), roomOf(style) - warning.length) + warning;
}

type LayerRow = ReturnType<typeof stepsWithLayers>[number];

function formatContents(assessment: Assessment, style: Style): string {
  const { image, packages } = assessment;
  const rows = stepsWithLayers(image).filter(({ layer }) => layer !== null);
  const layers = formatTable<LayerRow>(
    [
      { title: 'LAYER', align: 'right', text: ({ layer }) => String(layer?.index ?? '') },
      { title: 'SIZE', align: 'right', text: ({ layer }) => formatBytes(layer?.sizeBytes ?? 0) },
      ...(image.base?.layers === undefined || image.base.layers === null
        ? []
        : [{ title: 'OF', text: ({ layer }: LayerRow) => layerOwner(image, layer?.diffId ?? null) ?? '' }]),
      { title: 'PACKAGES', text: ({ layer }) => (layer === null ? '' : formatChanges(layer) || '-') },
      { title: 'MADE BY', text: ({ step }) => formatStep(step?.createdBy ?? null) },
    ],
    rows.slice(0, TOP_LAYERS),
    style,
    INDENT,
  );
  const more =
    rows.length > TOP_LAYERS
      ? `${INDENT}${style.paint('dim', `and ${rows.length - TOP_LAYERS} more: hallmark history`)}\n`
      : '';
  return (
    question('What is in it?', style) +
    fact('base image', escapeTerminal(describeBase(image)), style) +
    fact(
      'packages',
      countBy(packages, (entry) => entry.type),
      style,
    ) +
    fact('licences', countLicences(packages), style) +
    layers +
    more
  );
}

/** `88 deb, 8 npm`: most frequent first, then by name. */
function countBy(packages: readonly Package[], key: (entry: Package) => string): string {
  return (
    [...tally(packages.map(key))].map(([name, count]) => `${formatCount(count)} ${name}`).join(', ') || 'none'
  );
}

function countLicences(packages: readonly Package[]): string {
  const counts = [...tally(packages.flatMap((entry) => entry.licenceExpression ?? entry.licences))];
  const shown = counts.slice(0, 5).map(([name, count]) => `${escapeTerminal(shorten(name, 24))} ${count}`);
  const rest = counts.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

function formatFlaws(assessment: Assessment, style: Style): string {
  const heading = question('What is really in it?', style);
  if (assessment.advisories === null) return heading + notChecked(style, 'known flaws');
  const open = assessment.findings.filter((finding) => OPEN_VERDICTS.has(finding.verdict));
  const affected = open.filter((finding) => finding.verdict === 'affected');
  const fixable = affected.filter((finding) => finding.fixedIn !== null).length;
  const exploited = open.filter((finding) => finding.kev !== null).length;
  const counts = assessment.verdictCounts;
  const others = VERDICTS.filter((verdict) => verdict !== 'affected' && counts[verdict] > 0)
    .map((verdict) => `${formatCount(counts[verdict])} ${VERDICT_LABEL[verdict]}`)
    .join(', ');
  // one flaw of one package in several places takes one line here
  const top = [
    ...new Map(open.map((finding) => [`${finding.id} ${finding.package.purl}`, finding])).values(),
  ].slice(0, TOP_FINDINGS);
  const summary =
    affected.length === 0
      ? 'no known flaw affects what was found'
      : `${plural(affected.length, 'finding')}: ${countSeverities(affected, style)}; ${fixable} with a fix`;
  return (
    heading +
    fact('affected', summary, style) +
    fact('other', others, style) +
    fact(
      'exploited',
      exploited === 0 ? '' : style.paint('red', `${exploited} in CISA's catalog of known exploited flaws`),
      style,
    ) +
    formatFindings(top, style, INDENT) +
    (open.length > top.length
      ? `${INDENT}${style.paint('dim', `and ${formatCount(open.length - top.length)} more: hallmark scan`)}\n`
      : '') +
    fact('secrets', formatSecretCount(assessment, style), style) +
    fact('files', countFacts(assessment.files), style) +
    notChecked(style, 'malware', 'policy')
  );
}

function formatSecretCount({ secrets, bill }: Assessment, style: Style): string {
  if (bill !== null) return '';
  return secrets.length === 0 ? 'none found' : style.paint('red', countSecrets(secrets));
}

const FACT_LABEL: Readonly<Record<FileFactKind, string>> = {
  setuid: 'setuid',
  setgid: 'setgid',
  shell: 'shells',
  'world-writable': 'of root that anybody may write',
};

/** `7 setuid, 2 shells`: what a policy may ask for. */
function countFacts(files: readonly FileFact[]): string {
  return FILE_FACT_KINDS.map(
    (kind) => [FACT_LABEL[kind], files.filter((file) => file.kind === kind).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([label, count]) => `${formatCount(count)} ${label}`)
    .join(', ');
}

function formatIdentity({ image, trust }: Assessment, style: Style): string {
  const heading = question('Is this what I think it is?', style);
  if (image.kind === 'root-file-system') return heading + notChecked(style, 'identity');
  return (
    heading +
    fact('digest', image.digest ?? 'none: this transport carries no manifest', style) +
    fact('image id', image.configDigest ?? '', style) +
    fact('bytes', 'every blob that was read matches its digest and size', style) +
    (trust === null
      ? notChecked(style, 'signatures', 'provenance', 'whether the tag moved')
      : formatTrust(trust, style))
  );
}

/** The verdict, what is current, and what failed or was not checked; `hallmark verify` has all of it. */
function formatTrust(trust: TrustReport, style: Style): string {
  const { verdict, because, checks, notChecked: open, gaps } = trust;
  const failed = [...new Set(checks.flatMap(({ id, outcome }) => (outcome === 'failed' ? id : [])))];
  const skipped = [...new Set(open.map(({ id }) => id))];
  return (
    fact('verdict', `${paintVerdict(verdict, style)}  ${escapeTerminal(because)}`, style) +
    formatClaims(trust, 'current', style) +
    fact('trust root', escapeTerminal(describeTrustRoots(trust)), style) +
    fact('failed', failed.length === 0 ? '' : style.paint('red', failed.join(', ')), style) +
    fact(
      'unread',
      gaps.length === 0 ? '' : style.paint('yellow', `${gaps.length} of what is attached`),
      style,
    ) +
    (skipped.length === 0 ? '' : notChecked(style, shorten(skipped.join(', '), roomOf(style))))
  );
}

function formatRuntime({ run }: AssessedImage, style: Style): string {
  const heading = question('What is it running on?', style);
  if (run === null) return heading + notChecked(style, 'what runs on it');
  const user = run.user === null || run.user === '' ? 'root (no user is set)' : escapeTerminal(run.user);
  const command = [...run.entrypoint, ...run.command].map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word),
  );
  return (
    heading +
    fact('user', user, style) +
    fact('starts', escapeTerminal(command.join(' ')) || 'nothing by default', style) +
    fact('ports', escapeTerminal(run.exposedPorts.join(', ')), style) +
    fact('volumes', escapeTerminal(run.volumes.join(', ')), style) +
    notChecked(style, 'what it is really started with', 'the host')
  );
}

/** Upgrades that remove most findings first; nothing about base images or policy, which are not assessed. */
function formatAdvice({ findings, advisories }: Assessment, style: Style): string {
  const heading = question('What should I do?', style);
  if (advisories === null) return heading + notChecked(style, 'upgrades');
  // one package in several places is one upgrade
  const fixable = findings.filter(({ verdict, fixedIn }) => verdict === 'affected' && fixedIn !== null);
  const upgrades = [...Map.groupBy(fixable, (finding) => finding.package.purl).values()].map((group) => ({
    name: group[0]?.package.name ?? '',
    version: group[0]?.package.version ?? '',
    target: greatestFix(group),
    count: new Set(group.map(({ id }) => id)).size,
    places: new Set(group.map((finding) => finding.package.id)).size,
    risk: Math.max(...group.map(({ risk }) => risk)),
  }));
  const ordered = upgrades.sort((a, b) => b.risk - a.risk || b.count - a.count || (a.name < b.name ? -1 : 1));
  if (ordered.length === 0) return heading + fact('upgrades', 'no finding has a fix to upgrade to', style);
  const shown = ordered
    .slice(0, TOP_UPGRADES)
    .map(({ name, version, target, count, places }) =>
      fact(
        'upgrade',
        escapeTerminal(
          `${name} ${version}${target === null ? '' : ` to ${target}`}${places > 1 ? ` in ${places} places` : ''}: fixes ${plural(count, 'finding')}`,
        ),
        style,
      ),
    );
  const rest = ordered.length - shown.length;
  return (
    heading +
    shown.join('') +
    (rest > 0
      ? fact('', style.paint('dim', `and ${plural(rest, 'more package')}: hallmark scan --fixed`), style)
      : '') +
    notChecked(style, 'a newer base image')
  );
}

/** The version that has all the fixes: the greatest of them; null when they cannot be ordered. */
function greatestFix(findings: readonly Finding[]): string | null {
  const fixes = findings.flatMap(({ fixedIn, package: { type } }) =>
    fixedIn === null ? [] : [{ fixedIn, type }],
  );
  try {
    return fixes.reduce((a, b) => (compareVersions(a.type, a.fixedIn, b.fixedIn) >= 0 ? a : b)).fixedIn;
  } catch {
    return null;
  }
}

/** What the assessment could not see; nothing when it saw everything. */
function formatGaps({ coverage }: Assessment, style: Style): string {
  if (coverage.length === 0) return '';
  const rest = coverage.length - SHOWN_COVERAGE;
  return (
    question('Not covered', style) +
    coverage
      .slice(0, SHOWN_COVERAGE)
      .map((entry) => formatCoverage(entry, style))
      .join('') +
    (rest > 0 ? `${INDENT}${style.paint('dim', `and ${rest} more: hallmark scan`)}\n` : '')
  );
}
