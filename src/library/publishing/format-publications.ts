import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import type { PublicationsDocument } from './publications-document.ts';

/** A paragraph for what was published, retired, held back and refused, and a line that counts. */
export function formatPublications(document: PublicationsDocument, style: Style): string {
  const { isDryRun, published, retired, held, problems, withoutLog, unsigned, unchanged } = document;
  const name = ({ repository, tags }: { readonly repository: string; readonly tags: readonly string[] }) =>
    style.paint('bold', escapeTerminal(`${repository}:${tags.join(', ')}`));
  const lines = [
    ...published.map((one) => {
      const { digest, dated, images, missing, lost } = one;
      const alwaysAs = dated.length === 0 ? '' : `; for good: ${escapeTerminal(dated.join(', '))}`;
      const has = images.map(({ architecture }) => architecture).join(', ');
      const lacks = missing.length === 0 ? '' : `; still to come: ${missing.join(', ')}`;
      const loses = lost.length === 0 ? '' : `; ${style.paint('yellow', `no longer: ${lost.join(', ')}`)}`;
      return `${isDryRun ? 'to publish' : 'published'}  ${name(one)}  ${digest === null ? '' : `${digest}  `}${has}${alwaysAs}${lacks}${loses}`;
    }),
    ...retired.map((one) => {
      const instead = one.successor === null ? '' : `; ${escapeTerminal(one.successor)} takes the place`;
      return `${isDryRun ? 'to retire' : 'retired'}  ${name(one)}${instead}`;
    }),
    ...held.map((one) => {
      const until = one.until === null ? '' : ` until ${one.until}`;
      return `${style.paint('yellow', 'held back')}  ${name(one)}${until}: ${escapeTerminal(one.because)}`;
    }),
    ...problems.map((one) => `${style.paint('red', one.code)}  ${name(one)}: ${escapeTerminal(one.because)}`),
    ...withoutLog.map(
      ({ image, because }) =>
        `${style.paint('yellow', 'without its log')}  ${escapeTerminal(image)}: ${escapeTerminal(because)}`,
    ),
    ...unsigned.map(
      (one) => `${style.paint('yellow', 'not signed')}  ${name(one)}: ${escapeTerminal(one.because)}`,
    ),
  ];
  const counted = [
    `${plural(published.length, 'publication')}${isDryRun ? ' to make' : ''}`,
    ...(held.length > 0 ? [`${held.length} held back`] : []),
    ...(problems.length > 0 ? [plural(problems.length, 'problem')] : []),
    `${plural(unchanged, 'tag')} unchanged`,
  ];
  return `${[...lines, counted.join(', ')].join('\n')}\n`;
}
