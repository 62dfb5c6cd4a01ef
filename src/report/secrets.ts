import type { Assessment } from '../model/assessment.ts';
import type { Secret, SecretPlace } from '../model/secret.ts';
import { SEVERITY_RANK } from '../model/severity.ts';
import { plural } from './quantity.ts';
import { SEVERITY_FORMAT, type Style } from './style.ts';
import { formatTable } from './table.ts';

/** The most severe first; of the same severity in the order of the assessment. */
export function sortedSecrets(secrets: readonly Secret[]): readonly Secret[] {
  return secrets.toSorted((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity]);
}

/** One line a secret, with where it is and never what it is; a sentence where there is none. */
export function formatSecrets({ secrets, image }: Assessment, style: Style): string {
  if (secrets.length === 0) return 'No secret was found.\n';
  const layerNumber = new Map<string, number>(image.layers.map((layer) => [layer.diffId, layer.index]));
  return formatTable<Secret>(
    [
      {
        title: 'SEVERITY',
        text: ({ severity }) => severity,
        paint: ({ severity }, text) => style.paint(SEVERITY_FORMAT[severity], text),
      },
      { title: 'SECRET', text: ({ title }) => title },
      { title: 'SHOWS AS', text: ({ redacted }) => redacted },
      {
        title: 'LAYER',
        align: 'right',
        text: ({ place }) => layerOf(place, layerNumber),
      },
      { title: 'WHERE', text: ({ place }) => describePlace(place) },
    ],
    sortedSecrets(secrets),
    style,
  );
}

function layerOf(place: SecretPlace, numbers: ReadonlyMap<string, number>): string {
  return place.kind === 'file' ? String(numbers.get(place.layer ?? '') ?? '-') : '-';
}

/** `app/.env:3`, `variable TOKEN`. Not escaped. */
export function describePlace(place: SecretPlace): string {
  switch (place.kind) {
    case 'file':
      return `${place.path}:${place.line}${place.visible ? '' : ' (removed by a later layer, but in the image)'}`;
    case 'environment':
      return `environment variable ${place.variable}`;
    case 'label':
      return `label ${place.label}`;
    case 'history':
      return `build step ${place.step}`;
  }
}

/** `2 secrets, 1 critical: hallmark secrets`; empty where there is none. */
export function countSecrets(secrets: readonly Secret[]): string {
  if (secrets.length === 0) return '';
  const critical = secrets.filter(({ severity }) => severity === 'critical').length;
  return `${plural(secrets.length, 'secret')}${critical > 0 ? `, ${critical} critical` : ''}: hallmark secrets`;
}
