import { escapeTerminal } from '../../report/escape.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { formatTable } from '../../report/table.ts';
import { ASPECTS } from './compare-files.ts';
import type { ComparisonKind, ImageComparison, LayerDifference, PathDifference } from './image-comparison.ts';
import type { SkippedImage } from './reproduce-programme.ts';
import type { Reproduction } from './reproduction.ts';
import type { ToldReproduction } from './reproduction-document.ts';
import { type ReproductionShare, shareTable } from './reproduction-shares.ts';

const KINDS: Readonly<Record<ComparisonKind, string>> = {
  identical: 'identical',
  'same-layers': 'the same layers',
  'same-files': 'the same files',
  different: 'different',
};

export function formatReproductions({ images, skipped, shares }: ToldReproduction, style: Style): string {
  const parts = [
    ...images.map((image) => formatReproduction(image, style)),
    ...skipped.map(formatSkipped),
    shares.length === 0 ? 'No image was built again.\n' : `\n${formatShares(shares, style)}`,
  ];
  return parts.join('');
}

function formatSkipped({ image, architecture, because }: SkippedImage): string {
  return `${safe(`${image} on ${architecture}: not built again: ${because}`)}\n`;
}

/** One line, as it is told while it goes on. */
export function reproductionLine({ image, architecture, outcome, seconds, engines }: Reproduction): string {
  const how = `by ${engines.after.name} ${engines.after.version} in ${formatDuration(seconds)}`;
  return `${image} on ${architecture}: ${answerOf(outcome)} (${how})`;
}

function answerOf(outcome: Reproduction['outcome']): string {
  switch (outcome.kind) {
    case 'failed':
      return `cannot be built again: ${outcome.code}: ${outcome.because}`;
    case 'not-compared':
      return `not compared: ${outcome.code}: ${outcome.because}`;
    case 'compared':
      return KINDS[outcome.comparison.kind];
  }
}

function formatReproduction(reproduction: Reproduction, style: Style): string {
  const { outcome, log } = reproduction;
  const line = `${style.paint('bold', safe(reproductionLine(reproduction)))}\n`;
  if (outcome.kind !== 'compared') return `${line}${safe(`  its log is ${log}`)}\n`;
  const { comparison } = outcome;
  if (comparison.kind === 'identical') return line;
  return (
    line +
    describeComparison(comparison)
      .map((text) => `  ${safe(text)}\n`)
      .join('')
  );
}

/** Sentences without indent or escapes. */
function describeComparison(comparison: ImageComparison): readonly string[] {
  const { layers, fields, fieldCount, files, fileCount, aspects, causes } = comparison;
  const counted = ASPECTS.flatMap((aspect) => {
    const count = aspects[aspect] ?? 0;
    return count === 0 ? [] : [`${aspect} ${formatCount(count)}`];
  });
  return [
    comparison.before,
    comparison.after,
    `${layers.identical} of ${plural(layers.count, 'layer')} of its own the same, ${formatBytes(layers.identicalBytes)} of ${formatBytes(layers.bytes)}; ${layers.inherited} of the image below`,
    ...comparison.layerDifferences.map(describeLayers),
    ...fields.map(({ field, before, after }) => `${field}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`),
    ...rest(fieldCount - fields.length, 'field'),
    ...(fileCount === 0 ? [] : [`${plural(fileCount, 'file')}: ${counted.join(', ')}`]),
    ...causes.map(({ because, files: count }) => `known of ${plural(count, 'file')}: ${because}`),
    ...files.map(describeFile),
    ...rest(fileCount - files.length, 'file'),
  ];
}

const CAUSES: Readonly<Record<LayerDifference['what'], string>> = {
  compression: 'the same archive, compressed differently',
  order: 'the same files in another order',
  archive: 'the same files, written differently into the archive',
  cut: 'the same files, in another number of layers',
  entries: 'entries differ',
};

function describeLayers({ before, after, what }: LayerDifference): string {
  return `layer ${listNumbers(before)} → ${listNumbers(after)}: ${CAUSES[what]}`;
}

function listNumbers(numbers: readonly number[]): string {
  return numbers.length === 0 ? 'none' : numbers.join(', ');
}

function describeFile({ path, aspects, sizes, firstDifference }: PathDifference): string {
  const { before, after } = sizes;
  const size =
    before === null || after === null || !aspects.includes('content')
      ? ''
      : before === after
        ? `, ${formatBytes(before)}`
        : `, ${formatBytes(before)} → ${formatBytes(after)}`;
  const offset = firstDifference === null ? '' : `, from byte ${formatCount(firstDifference)} on`;
  return `${path}: ${aspects.join(', ')}${size}${offset}`;
}

function rest(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`and ${plural(count, `more ${what}`)}`];
}

function formatShares(shares: readonly ReproductionShare[], style: Style): string {
  const { columns, rows } = shareTable(shares);
  const drawn = columns.map((title, at) => ({
    title,
    ...(at === 0 ? {} : { align: 'right' as const }),
    text: (row: readonly string[]) => row[at] ?? '',
  }));
  return formatTable(drawn, rows, style);
}

const safe = escapeTerminal;
