/** How an image was built, as its provenance says: a tree of what went into it, and what the build was told. */
import type { ReportedProvenance, TrustReport } from '../model/trust-report.ts';
import { formatProvenanceTree } from '../trust/provenance/provenance-graph.ts';
import { escapeTerminal, shorten } from './escape.ts';
import { plural } from './quantity.ts';
import type { Style } from './style.ts';

/** Lines of the tree, and parameters of one build, that are shown; documents have them all. */
const MAX_LINES = 200;
const INDENT = '  ';

/** The section "How it was built"; nothing where no provenance says. */
export function formatHowBuilt(
  { provenance, graph }: Pick<TrustReport, 'provenance' | 'graph'>,
  style: Style,
  isWhole: boolean,
): string {
  if (provenance.length === 0) return '';
  const heading = `\n${style.paint('bold', 'How it was built')}\n`;
  if (!isWhole) return heading + provenance.map((one) => summary(one, style)).join('');
  const tree = formatProvenanceTree(graph).map(escapeTerminal);
  return heading + lines(tree, style) + provenance.map((one) => formatBuild(one, style)).join('');
}

function summary(provenance: ReportedProvenance, style: Style): string {
  const { materials, parameters, basis } = provenance;
  const parts = [
    `from ${plural(materials.length, 'material')}`,
    `with ${plural(parameters.length, 'parameter')} from outside`,
    ...qualities(provenance),
  ];
  const declared = basis === 'declared' ? ' (declared, not verified)' : '';
  return `${INDENT}${parts.join(', ')}${declared}${style.paint('dim', ': --provenance shows them')}\n`;
}

/** What else one provenance says of its build; values that look like secrets were redacted when it was read. */
function formatBuild(provenance: ReportedProvenance, style: Style): string {
  const { about, basis, format, buildType, startedOn, finishedOn, parameters } = provenance;
  const facts = [
    `format ${format}`,
    ...(buildType === null ? [] : [`build type ${buildType}`]),
    ...(startedOn === null ? [] : [`started ${startedOn}, by the builder's own clock`]),
    ...(finishedOn === null ? [] : [`finished ${finishedOn}`]),
    ...qualities(provenance),
    ...parameters.map(({ name, value }) => `parameter ${name} = ${value}`),
  ];
  const title = `${about} (${basis === 'verified' ? 'verified' : 'declared, not verified'})`;
  return (
    `\n${INDENT}${shorten(title, style.width - INDENT.length)}\n` +
    lines(
      facts.map((fact) => `${INDENT}${escapeTerminal(fact)}`),
      style,
    )
  );
}

const qualities = ({ isHermetic, isReproducible }: ReportedProvenance): readonly string[] => [
  ...(isHermetic === null ? [] : [isHermetic ? 'hermetic' : 'not hermetic']),
  ...(isReproducible === null ? [] : [isReproducible ? 'reproducible' : 'not reproducible']),
];

/** Escaped lines, each cut to the width of the terminal; what is beyond the bound is counted. */
function lines(texts: readonly string[], style: Style): string {
  const shown = texts
    .slice(0, MAX_LINES)
    .map((text) => `${INDENT}${shorten(text, style.width - INDENT.length)}\n`);
  const more = texts.length - shown.length;
  const rest = more > 0 ? `${INDENT}${style.paint('dim', `and ${more} more: --format json has all`)}\n` : '';
  return shown.join('') + rest;
}
