/** What is in an image and what was found out about it, for its page. */
import { listOf, shownCode, shownText, table } from '../documents/markdown.ts';
import { formatCount, formatDay, plural } from '../../report/quantity.ts';
import type { ImageRecord } from './image-schema.ts';

type ListedPackage = NonNullable<ImageRecord['packages']>[number];

/** Packages and their licences. */
export function formatContents({ packages }: Pick<ImageRecord, 'packages'>): readonly string[] {
  if (packages === null) return ['## Packages', 'Its bill of materials cannot be read.'];
  if (packages.length === 0) return ['## Packages', 'There are none.'];
  return [
    '## Packages',
    typesOf(packages),
    table(['Package', 'Version', 'Licence', 'Source package', 'Brought by'], packages.map(packageRow)),
    '## Licences',
    table(
      ['Licence', 'Packages'],
      countsOf(packages.map(({ licence }) => licence ?? '')).map(([licence, count]) => [
        licence === '' ? 'not stated' : shownText(licence),
        formatCount(count),
      ]),
    ),
  ];
}

function typesOf(packages: readonly ListedPackage[]): string {
  const kinds = countsOf(packages.map(({ type }) => type));
  return `${plural(packages.length, 'package')}: ${kinds.map(([type, count]) => `${formatCount(count)} ${shownText(type)}`).join(', ')}.`;
}

/** The most frequent first. */
function countsOf(texts: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
}

function packageRow({ name, version, licence, source, isOwn }: ListedPackage): readonly string[] {
  const from = source === null ? '' : [source.name, source.version ?? ''].join(' ').trimEnd();
  return [
    shownText(name),
    shownText(version),
    shownText(licence ?? ''),
    shownText(from),
    isOwn === null ? '' : isOwn ? 'this image' : 'its base',
  ];
}

/** What the verifier found when it admitted the image. */
export function formatAdmission({ admission }: Pick<ImageRecord, 'admission'>): readonly string[] {
  const { at, findings, checks, evidence, logs } = admission;
  const day = shownText(formatDay(at));
  return [
    '## Known flaws',
    findings === null
      ? `They were not looked for when the image was admitted on ${day}.`
      : `When it was admitted on ${day}, and by what was known then: ${levels(findings.open)}; of these a rebuild could have mended: ${levels(findings.fixable)}. What is known today, \`hallmark scan\` tells.`,
    ...(checks.length === 0
      ? []
      : [
          '## Checks',
          table(
            ['Check', 'Result', 'Because'],
            checks.map(({ id, result, because }) => [shownText(id), shownText(result), shownText(because)]),
          ),
        ]),
    '## Evidence',
    'What the verifier signed for and the publisher attached, by the digest of each predicate.',
    listOf([
      ...evidence.map(({ predicateType, digest }) => [shownText(predicateType), shownCode(digest)] as const),
      ...logs.map((digest) => ['log of the build', shownCode(digest)] as const),
    ]),
  ];
}

function levels(counts: Readonly<Record<string, number>>): string {
  const told = Object.entries(counts).map(([level, count]) => `${formatCount(count)} ${shownText(level)}`);
  return told.length === 0 ? 'none' : told.join(', ');
}
