/** A status as sections of rows, before it is drawn for a terminal or as Markdown. */
import { formatCount, formatDay, formatDuration, plural } from '../../report/quantity.ts';
import { shareTable } from '../reproduction/reproduction-shares.ts';
import type { Distribution } from './freshness.ts';
import type { ProgrammeStatus } from './programme-status.ts';

export interface StatusTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What to do about them; for whoever can. */
  readonly hint?: string;
}

/** The first paragraph. */
export function statusSummary({ counts, programme }: ProgrammeStatus): string {
  const parts = [
    [counts.queued, 'queued'],
    [counts.deferred, 'deferred'],
    [counts.waiting, 'waiting for parents'],
    [counts.unexamined, 'to be examined'],
    [counts.blocked, 'blocked'],
    [counts.failing, 'failing'],
    [counts.late, 'late'],
  ] as const;
  const others = parts.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  const built = `${programme}: ${formatCount(counts.built)} of ${plural(counts.images, 'image')} built`;
  const tags = [
    ...(counts.ready === 0 ? [] : [`${plural(counts.ready, 'set')} of tags to be published`]),
    ...(counts.held === 0 ? [] : [`${plural(counts.held, 'set')} of tags held back`]),
  ];
  return `${[built, ...others, ...tags].join(', ')}.`;
}

/** Only those that have something to say. */
export function statusTables(status: ProgrammeStatus): readonly StatusTable[] {
  const { running, failing, queue, waiting, blocked, held, refused, orphaned, problems, architectures } =
    status;
  const tables: readonly StatusTable[] = [
    { title: 'Problems', columns: ['What'], rows: problems.map((problem) => [problem]) },
    {
      title: 'Running',
      columns: ['Image', 'Architecture', 'Since'],
      rows: running.map(({ image, architecture, since }) => [image, architecture, since]),
    },
    {
      title: 'Failing',
      columns: ['Image', 'Architecture', 'Attempts', 'Last', 'Why'],
      rows: failing.map(({ image, architecture, attempts, lastAt, because }) => [
        image,
        architecture,
        String(attempts),
        lastAt,
        because,
      ]),
      hint: '"hallmark library log IMAGE" tells what a build said',
    },
    {
      title: 'To be built',
      columns: ['Image', 'Architecture', 'By', 'Why'],
      rows: queue.map(({ image, architecture, deadline, isLate, notBefore, because }) => [
        image,
        architecture,
        deadline === null ? '' : `${formatDay(deadline)}${isLate ? ' (late)' : ''}`,
        notBefore === null ? because : `${because}; not before ${notBefore}`,
      ]),
    },
    {
      title: 'Waiting',
      columns: ['Image', 'Architecture', 'For'],
      rows: waiting.map((each) => [each.image, each.architecture, each.for.join(', ')]),
    },
    {
      title: 'Blocked',
      columns: ['Image', 'Architecture', 'Why'],
      rows: blocked.map(({ image, architecture, because }) => [image, architecture, because]),
    },
    {
      title: 'Held back',
      columns: ['Tags', 'Missing', 'Until', 'Why'],
      rows: held.map(({ repository, tags, missing, until, because }) => [
        `${repository}:${tags.join(', ')}`,
        missing.join(', '),
        until ?? '',
        because,
      ]),
    },
    {
      title: 'Public, and refused by now',
      columns: ['Image', 'Architecture', 'Why'],
      rows: refused.map(({ image, architecture, because }) => [image, architecture, because]),
    },
    { title: 'Orphaned tags', columns: ['Tag'], rows: orphaned.map((tag) => [tag]) },
    {
      title: 'Architectures',
      columns: ['Architecture', 'Intended', 'Built', 'Published'],
      rows: architectures.map(({ architecture, intended, built, published }) => [
        architecture,
        ...[intended, built, published].map(formatCount),
      ]),
    },
    reproducibilityTable(status),
    {
      title: 'Why images differ when they are built again',
      columns: ['Images', 'Why'],
      rows: status.reproducibility.causes.map(({ images, because }) => [formatCount(images), because]),
    },
    measures(status),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function reproducibilityTable({ reproducibility }: ProgrammeStatus): StatusTable {
  const { columns, rows } = shareTable(reproducibility.architectures);
  return { title: 'Reproducibility', columns, rows };
}

/** Only what was measured. */
function measures({ freshness, evidence, oldest, reproducibility }: ProgrammeStatus): StatusTable {
  const { images, withSbom, withProvenance, signed, unknown, rebuilt, rebuiltIdentical } = evidence;
  const times: readonly (readonly [string, Distribution])[] = [
    ['base to first child', freshness.firstChild],
    ...Object.entries(freshness.children).map(
      ([architecture, children]) => [`base to children, ${architecture}`, children] as const,
    ),
    ['base to required architectures', freshness.requiredArchitectures],
    ['base to all architectures', freshness.allArchitectures],
  ];
  return {
    title: 'Measures',
    columns: ['What', 'Value'],
    rows: [
      ...times.flatMap(([what, { samples, p50, p95 }]) =>
        p50 === null || p95 === null
          ? []
          : [[what, `p50 ${formatDuration(p50)}, p95 ${formatDuration(p95)} (${plural(samples, 'time')})`]],
      ),
      ...(freshness.incomplete === 0
        ? []
        : [['not on all architectures yet', plural(freshness.incomplete, 'child', 'children')]]),
      ...share(withSbom, images).map((text) => ['with SBOM', text]),
      ...share(withProvenance, images).map((text) => ['with provenance', text]),
      ...share(signed, images).map((text) => ['signed', text]),
      ...(unknown === 0 ? [] : [['evidence not remembered', plural(unknown, 'image')]]),
      ...share(rebuiltIdentical, rebuilt).map((text) => ['rebuilt and the same', text]),
      ...(reproducibility.unmeasured === 0
        ? []
        : [['not built again to compare', plural(reproducibility.unmeasured, 'image')]]),
      ...(oldest === null
        ? []
        : [
            [
              'oldest image',
              `${oldest.image} ${oldest.architecture}, published ${formatDay(oldest.publishedAt)}`,
            ],
          ]),
    ],
  };
}

/** Nothing where there is nothing to have a share of. */
function share(part: number, of: number): readonly string[] {
  return of === 0 ? [] : [`${formatCount(part)} of ${formatCount(of)} (${((100 * part) / of).toFixed(1)} %)`];
}
