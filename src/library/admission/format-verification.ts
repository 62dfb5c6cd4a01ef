import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import type { VerificationDocument, VerifiedImage } from './verification-document.ts';

const COLOURS = {
  admitted: 'green',
  rejected: 'red',
  unproven: 'red',
  unexamined: 'yellow',
  undecided: 'yellow',
} as const;

/** A paragraph for each image: the verdict, and every check that did not simply pass. */
export function formatVerification({ images }: VerificationDocument, style: Style): string {
  const paragraphs = images.map((image) => formatImage(image, style));
  const of = (wanted: VerifiedImage['verdict']): number =>
    images.filter(({ verdict }) => verdict === wanted).length;
  const counted = (['admitted', 'rejected', 'unproven', 'unexamined', 'undecided'] as const)
    .filter((verdict) => of(verdict) > 0)
    .map((verdict) => `${of(verdict)} ${verdict}`);
  return [
    ...paragraphs,
    `${plural(images.length, 'image')}${counted.length === 0 ? '' : `: ${counted.join(', ')}`}\n`,
  ].join('');
}

function formatImage(image: VerifiedImage, style: Style): string {
  const { name, architecture, verdict, digest, checks, unproven } = image;
  const passed = checks.filter(({ result }) => result === 'passed').length;
  const head = `${style.paint(COLOURS[verdict], verdict)}  ${style.paint('bold', escapeTerminal(name))} on ${architecture}  ${digest}`;
  const noted = checks.filter(({ result }) => result !== 'passed');
  const lines = [
    ...(checks.length === 0 ? [] : [`${passed} of ${plural(checks.length, 'check')} passed`]),
    ...noted.map(({ id, result, because }) => {
      const told = result === 'failed' ? style.paint('red', 'failed') : 'not checked';
      return `${escapeTerminal(id)} ${told}: ${escapeTerminal(because)}`;
    }),
    ...unproven.map((because) => escapeTerminal(because)),
  ];
  return `${[head, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}
