import type { Assessment } from '../model/assessment.ts';
import { formatPlace, type Package } from '../model/package.ts';
import { formatTable } from './table.ts';
import type { Style } from './style.ts';

/** One line a package, with the number of the layer that brought it; a sentence where there is none. */
export function formatPackages(assessment: Assessment, style: Style): string {
  if (assessment.packages.length === 0) return 'No package was found.\n';
  const layerNumber = new Map(assessment.image.layers.map((layer) => [layer.diffId, layer.index]));
  return formatTable<Package>(
    [
      { title: 'TYPE', text: (entry) => entry.type },
      { title: 'NAME', most: 44, text: (entry) => entry.name },
      { title: 'VERSION', most: 32, text: (entry) => entry.version || '(none)' },
      { title: 'SOURCE', most: 32, text: formatSource },
      {
        title: 'LICENCE',
        most: 28,
        text: (entry) => entry.licenceExpression ?? (entry.licences.join(', ') || '-'),
      },
      {
        title: 'LAYER',
        align: 'right',
        text: (entry) => (entry.layer === null ? '-' : String(layerNumber.get(entry.layer) ?? '-')),
      },
      { title: 'EVIDENCE', text: ({ evidence: [main] }) => (main === undefined ? '-' : formatPlace(main)) },
    ],
    assessment.packages,
    style,
  );
}

function formatSource({ source, name, version }: Package): string {
  if (source === null || (source.name === name && source.version === version)) return '-';
  return source.version === null || source.version === version
    ? source.name
    : `${source.name} ${source.version}`;
}
