/**
 * Until when each release gets security updates that everybody may have: as the advisory database says, else by the
 * table below.
 *
 * The dates are the distributions' own, collected by https://endoflife.date (MIT) as of 2026-08-22. Debian's are those
 * of its LTS project, whose updates are public. Support that is sold (Ubuntu ESM, Red Hat ELS, SUSE LTSS) is not
 * counted. CentOS 8 stands for Stream 8, which has the same os-release and lasted longer.
 */
import type { AdvisoryDatabase, SupportPeriod } from '../advisories/advisory.ts';
import type { Distribution } from '../model/package.ts';
import { versionParts } from './ecosystems.ts';

/** By `ID` of os-release, then by release: the last day of support, an RFC 3339 full-date. */
const LAST_DAY: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'alpine',
    releases(`
      3.0 2016-05-01  3.1 2016-11-01  3.2 2017-05-01  3.3 2017-11-01  3.4 2018-05-01  3.5 2018-11-01
      3.6 2019-05-01  3.7 2019-11-01  3.8 2020-05-01  3.9 2020-11-01  3.10 2021-05-01  3.11 2021-11-01
      3.12 2022-05-01  3.13 2022-11-01  3.14 2023-05-01  3.15 2023-11-01  3.16 2024-05-23  3.17 2024-11-22
      3.18 2025-05-09  3.19 2025-11-01  3.20 2026-04-01  3.21 2026-11-01  3.22 2027-05-01  3.23 2027-11-01
      3.24 2028-06-01
    `),
  ],
  [
    'debian',
    releases(`
      6 2016-02-29  7 2018-05-31  8 2020-06-30  9 2022-07-01  10 2024-06-30  11 2026-08-31  12 2028-06-30
      13 2030-06-30
    `),
  ],
  [
    'ubuntu',
    releases(`
      12.04 2017-04-28  12.10 2014-05-16  13.04 2014-01-27  13.10 2014-07-17  14.04 2019-04-02  14.10 2015-07-23
      15.04 2016-02-04  15.10 2016-07-28  16.04 2021-04-02  16.10 2017-07-20  17.04 2018-01-13  17.10 2018-07-19
      18.04 2023-05-31  18.10 2019-07-18  19.04 2020-01-23  19.10 2020-07-06  20.04 2025-05-31  20.10 2021-07-22
      21.04 2022-01-20  21.10 2022-07-14  22.04 2027-04-01  22.10 2023-07-20  23.04 2024-01-20  23.10 2024-07-12
      24.04 2029-05-31  24.10 2025-07-10  25.04 2026-01-17  25.10 2026-07-01  26.04 2031-04-30
    `),
  ],
  ['rhel', releases('5 2017-03-31  6 2020-11-30  7 2024-06-30  8 2029-05-31  9 2032-05-31  10 2035-05-31')],
  ['centos', releases('5 2017-03-31  6 2020-11-30  7 2024-06-30  8 2024-05-31  9 2027-05-31  10 2030-05-31')],
  ['almalinux', releases('8 2029-05-31  9 2032-05-31  10 2035-05-31')],
  ['rocky', releases('8 2029-05-31  9 2032-05-31  10 2035-05-31')],
  ['ol', releases('6 2021-03-31  7 2024-12-31  8 2029-07-31  9 2032-06-30')],
  [
    'fedora',
    releases(`
      30 2020-05-26  31 2020-11-24  32 2021-05-25  33 2021-11-30  34 2022-06-07  35 2022-12-13  36 2023-05-16
      37 2023-12-05  38 2024-05-21  39 2024-11-26  40 2025-05-13  41 2025-12-15  42 2026-05-27  43 2026-12-09
      44 2027-06-02
    `),
  ],
  ['amzn', releases('2 2026-06-30  2017.09 2023-12-31  2018.03 2023-12-31  2023 2029-06-30')],
  [
    'opensuse-leap',
    releases(`
      15.0 2019-12-03  15.1 2021-02-02  15.2 2022-01-04  15.3 2022-12-31  15.4 2023-12-07  15.5 2024-12-31
      15.6 2026-04-30  16.0 2027-10-31  42.1 2017-05-17  42.2 2018-01-26  42.3 2019-07-01
    `),
  ],
  [
    'sles',
    releases(`
      12.0 2016-06-30  12.1 2017-05-31  12.2 2018-03-31  12.3 2019-06-30  12.4 2020-06-30  12.5 2024-10-31
      15.0 2019-12-31  15.1 2021-01-31  15.2 2021-12-31  15.3 2022-12-31  15.4 2023-12-31  15.5 2024-12-31
      15.6 2025-12-31  15.7 2031-07-31  16.0 2027-11-30
    `),
  ],
  ['mageia', releases('6 2019-09-30  7 2021-06-30  8 2023-11-30  9 2026-09-29  10 2028-03-31')],
  ['photon', releases('1.0 2022-02-28  2.0 2022-12-01  3.0 2025-10-02  4.0 2027-10-11')],
]);

/** Reads `release date release date …`. */
function releases(text: string): ReadonlyMap<string, string> {
  const words = text.trim().split(/\s+/);
  const dates = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) dates.set(words[at] ?? '', words[at + 1] ?? '');
  return dates;
}

/** What endoflife.date calls a distribution, by `ID` of os-release. */
const PRODUCTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['almalinux', ['almalinux']],
  ['alpine', ['alpine-linux']],
  ['amzn', ['amazon-linux']],
  ['centos', ['centos-stream', 'centos']],
  ['debian', ['debian']],
  ['fedora', ['fedora']],
  ['mageia', ['mageia']],
  ['ol', ['oracle-linux']],
  ['opensuse-leap', ['opensuse']],
  ['photon', ['photon']],
  ['rhel', ['rhel']],
  ['rocky', ['rocky-linux']],
  ['sles', ['sles']],
  ['ubuntu', ['ubuntu']],
]);

/** Whose extended support is public too. */
const PUBLIC_EXTENSION: ReadonlySet<string> = new Set(['debian']);

/**
 * The last day of a release's public security support; null when it is not known or rolls on. What the database says is
 * newer than the table of this file.
 */
export function lastDayOfSupport(
  { id, versionId, rolling }: Pick<Distribution, 'id' | 'versionId' | 'rolling'>,
  database: Pick<AdvisoryDatabase, 'supportPeriods'>,
): string | null {
  if (versionId === null || rolling) return null;
  // SLES writes its first release `15`, then `15.1`
  const spellings = [versionId, `${versionId}.0`, versionParts(versionId, 2), versionParts(versionId, 1)];
  for (const product of PRODUCTS.get(id) ?? []) {
    const periods = database.supportPeriods(product);
    const period = spellings
      .map((spelling) => periods.find(({ release }) => release === spelling))
      .find((found) => found !== undefined);
    const day = period === undefined ? null : lastPublicDay(period);
    if (day !== null) return day;
  }
  const dates = LAST_DAY.get(id);
  return spellings.map((spelling) => dates?.get(spelling)).find((date) => date !== undefined) ?? null;
}

function lastPublicDay({ product, endOfLife, endOfExtendedSupport }: SupportPeriod): string | null {
  return (PUBLIC_EXTENSION.has(product) ? endOfExtendedSupport : null) ?? endOfLife;
}

/** True once the last day of support has passed, in UTC. */
export function isPast(lastDay: string, nowMs: number): boolean {
  return new Date(nowMs).toISOString().slice(0, 10) > lastDay;
}
