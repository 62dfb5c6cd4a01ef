/** What signing did, or would do, on a terminal. */
import type { Disclosure } from '../signing/disclosures.ts';
import type { ReportedTarget, SigningReport } from '../signing/sign-image.ts';
import { formatPlatform } from '../model/platform.ts';
import { TAG_TYPE } from '../trust/statements/predicate-types.ts';
import type { TagPredicate } from '../trust/tags/tag-statement.ts';
import { escapeTerminal } from './escape.ts';
import { plural } from './quantity.ts';
import type { Style } from './style.ts';
import { type Column, formatTable } from './table.ts';

const SERVICES: Readonly<Record<Disclosure['service'], string>> = {
  'certificate-authority': 'certificate authority',
  'transparency-log': 'transparency log',
  'timestamp-authority': 'timestamp authority',
};

const OUTCOMES: Readonly<Record<ReportedTarget['outcome'], string>> = {
  attached: 'signed',
  present: 'signed before',
  planned: 'would be signed',
};

const ABOUT_INDEX =
  'The statement is about the index as a whole; --platform makes one about a single image.\n';

/** @param tag what was signed of the tag; null where nothing was */
export function formatSigningReport(
  reference: string,
  report: SigningReport,
  tag: TagPredicate | null,
  style: Style,
): string {
  const { digest, targets, predicateType } = report;
  const what = predicateType === null ? '' : `, as ${escapeTerminal(predicateType)}`;
  const isPreview = targets.some(({ outcome }) => outcome === 'planned');
  return [
    `${style.paint('bold', escapeTerminal(reference))}\n${digest}${what}\n\n`,
    formatTable(COLUMNS, targets, style),
    ...targets.flatMap(formatPlace),
    ...(tag === null ? [] : [formatTag(tag)]),
    ...(predicateType !== null && predicateType !== TAG_TYPE && targets.some(({ role }) => role === 'index')
      ? [ABOUT_INDEX]
      : []),
    ...(isPreview ? [`\n${formatDisclosures(report.disclosures, style)}`] : []),
  ].join('');
}

const formatTag = ({ repository, tags, version, expires }: TagPredicate): string =>
  `${repository}:${tags.join(', ')} means this digest until ${expires} (version ${version}).\n`;

const COLUMNS: readonly Column<ReportedTarget>[] = [
  { title: 'OUTCOME', text: ({ outcome }) => OUTCOMES[outcome] },
  {
    title: 'MANIFEST',
    text: ({ role, platform, predicateType }) =>
      `${role}${platform === null ? '' : ` ${formatPlatform(platform)}`}${predicateType === TAG_TYPE ? ', its tag' : ''}`,
  },
  { title: 'DIGEST', text: ({ digest }) => digest },
];

/** Where the signature lies, and who else knows of it. */
function formatPlace({ digest, tag, manifest, logIndexes, times }: ReportedTarget): readonly string[] {
  if (manifest === null) return [];
  const place = tag === null ? manifest : `the tag ${tag}`;
  const log = logIndexes.length === 0 ? '' : `, log index ${logIndexes.join(', ')}`;
  const time = times[0] === undefined ? '' : `, ${times[0].at} by ${times[0].by}`;
  return [escapeTerminal(`${digest.slice(0, 19)} by ${place}${log}${time}`) + '\n'];
}

/** What would become known to whom; published facts first and loudest. */
export function formatDisclosures(disclosures: readonly Disclosure[], style: Style): string {
  if (disclosures.length === 0)
    return 'Nothing is sent to any service: neither to an authority nor to a log. Only the registry learns of it.\n';
  return disclosures
    .toSorted((a, b) => Number(b.isPublished) - Number(a.isPublished))
    .map(({ service, url, isPublished, facts }) => {
      const who = `${SERVICES[service]} ${escapeTerminal(url)}`;
      const title = isPublished
        ? style.paint(['bold', 'yellow'], `Published for everybody, for ever, by the ${who}:`)
        : style.paint('bold', `Sent to the ${who}, which need not publish it:`);
      const lines = facts.map(({ name, value }) => `  ${escapeTerminal(name)}: ${escapeTerminal(value)}\n`);
      return `${title}\n${lines.join('')}`;
    })
    .join('');
}

/** The question before it. */
export function formatConfirmation(
  disclosures: readonly Disclosure[],
  subjects: number,
  style: Style,
): string {
  return `${formatDisclosures(disclosures, style)}\nSign ${plural(subjects, 'manifest')}? [y/N] `;
}
