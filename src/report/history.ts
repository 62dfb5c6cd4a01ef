import type { AssessedImage, AssessedLayer, Assessment, HistoryStep } from '../model/assessment.ts';
import { parsePurl, type Purl } from '../model/purl.ts';
import { escapeTerminal, shorten } from './escape.ts';
import { formatBytes, formatCount, formatDay, plural } from './quantity.ts';
import type { Style } from './style.ts';

/** How many package names a step shows before "and N more"; `all` shows every one. */
const SHOWN_PACKAGES = 6;

/**
 * The build step as its author wrote it: BuildKit and the classic builder wrap commands in
 * `/bin/sh -c` and `#(nop)`, and append `# buildkit`.
 */
export function formatStep(createdBy: string | null): string {
  if (createdBy === null || createdBy === '') return '(no record of how it was made)';
  return escapeTerminal(
    createdBy
      .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
      .replace(/^(?:RUN )?\/bin\/sh -c /, 'RUN ')
      .replace(/\s*# buildkit$/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

/** What a layer did to the packages in a few words: `+12 packages, 2 changed, -1`. */
export function formatChanges(layer: AssessedLayer): string {
  const { added, changed, removed } = layer.packages;
  const parts = [
    added.length > 0 ? `+${plural(added.length, 'package')}` : '',
    changed.length > 0 ? `${changed.length} changed` : '',
    removed.length > 0 ? `-${removed.length} removed` : '',
  ].filter(Boolean);
  return parts.join(', ');
}

/** Steps with their layers; where the history does not fit the layers, the layers alone follow. */
export function stepsWithLayers(
  image: AssessedImage,
): readonly { readonly step: HistoryStep | null; readonly layer: AssessedLayer | null }[] {
  const rows: { step: HistoryStep | null; layer: AssessedLayer | null }[] = image.history.map((step) => ({
    step,
    layer: step.layer === null ? null : (image.layers[step.layer] ?? null),
  }));
  const shown = new Set(rows.map((row) => row.layer));
  for (const layer of image.layers) if (!shown.has(layer)) rows.push({ step: null, layer });
  return rows;
}

/** Build steps from the first, each with its layer, size and what it did to the packages. */
export function formatHistory(assessment: Assessment, style: Style, all = false): string {
  const { image } = assessment;
  if (image.kind === 'root-file-system') return 'A root file system has no build history.\n';
  return stepsWithLayers(image)
    .map(({ step, layer }, index) => {
      const created = step?.created ? formatDay(step.created) : '';
      const title = formatStep(step?.createdBy ?? null);
      const head = `${style.paint('bold', String(index).padStart(3))}  ${
        all ? title : shorten(title, Math.max(30, style.width - 5))
      }\n`;
      const facts =
        layer === null
          ? [created, 'no layer']
          : [
              created,
              formatBytes(layer.sizeBytes),
              `layer ${layer.index} ${layer.diffId.slice(0, 19)}`,
              layer.base === true ? 'base image' : '',
            ];
      const lines = [style.paint('dim', escapeTerminal(facts.filter(Boolean).join(' · ')))];
      if (layer !== null) lines.push(...formatLayerPackages(layer, all));
      return head + lines.map((line) => `     ${line}\n`).join('');
    })
    .join('');
}

function formatLayerPackages(layer: AssessedLayer, all: boolean): string[] {
  const list = (mark: string, entries: readonly string[]) => {
    const shown = all ? entries : entries.slice(0, SHOWN_PACKAGES);
    const rest = entries.length - shown.length;
    const lines = shown.map((entry) => `${mark} ${entry}`);
    return rest > 0 ? [...lines, `${mark} and ${formatCount(rest)} more`] : lines;
  };
  return [
    ...list('+', layer.packages.added.map(formatPackage)),
    ...list(
      '~',
      layer.packages.changed.map(
        ({ from, to }) => `${formatPackage(from)} → ${escapeTerminal(parsePurl(to).version ?? '')}`,
      ),
    ),
    ...list('-', layer.packages.removed.map(formatPackage)),
  ];
}

/** `deb openssl 3.0.15-1`, `npm @babel/core 7.26.0`: shorter than a purl, and enough beside the layer. */
function formatPackage(purl: Purl): string {
  const { type, namespace, name, version } = parsePurl(purl);
  const scoped = type === 'npm' && namespace ? `${namespace}/${name}` : name;
  return escapeTerminal(`${type} ${scoped} ${version ?? ''}`.trimEnd());
}
