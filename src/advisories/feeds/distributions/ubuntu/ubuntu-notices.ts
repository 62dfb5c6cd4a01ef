import { before } from '../../../../versions/interval-set.ts';
import { NOTHING_STATED, type AffectedPackage } from '../../../advisory.ts';
import { recordDate } from '../../../dates.ts';
import { asObject, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../../feed.ts';
import { isExtendedMaintenance, ubuntuEcosystem } from '../../../vocabulary/ubuntu.ts';
import { advisoryItem } from '../../advisory-item.ts';

const SOURCE = 'ubuntu-notices';

/** The largest kernel notices fix some seven hundred flaws. */
const MAX_FLAWS = 10_000;

/**
 * The database of Ubuntu security notices, `https://usn.ubuntu.com/usn-db/database-all.json.bz2`: `{"6429-1": {id, cves,
 * timestamp, releases: {jammy: {sources: {curl: {version}}, binaries, allbinaries: {libcurl4: {source, pocket}}}}}}`. A
 * notice states the source version that has the fixes.
 */
export const ubuntuNotices: Feed = {
  format: 'ubuntu-notices',

  recognises(document) {
    const notices = document.kind === 'tree' ? asObject(document.value) : null;
    const [number, first] = Object.entries(notices ?? {})[0] ?? [];
    const notice = asObject(first);
    return (
      /^\d+-\d+$/.test(number ?? '') &&
      asObject(notice?.['releases']) !== null &&
      Array.isArray(notice?.['cves'])
    );
  },

  *read(document, now) {
    const notices = document.kind === 'tree' ? asObject(document.value) : null;
    for (const [number, notice] of Object.entries(notices ?? {})) {
      yield* readNotice(number, asObject(notice), document.path, now);
    }
  },
};

function* readNotice(
  number: string,
  notice: Readonly<Record<string, unknown>> | null,
  path: string,
  now: Date,
): Iterable<FeedItem> {
  const id = `USN-${number}`;
  const releases = asObject(notice?.['releases']);
  const cves = notice?.['cves'];
  if (!/^\d+-\d+$/.test(number) || releases === null || !Array.isArray(cves) || cves.length > MAX_FLAWS) {
    const reason = 'a notice without number, releases or flaws, or with too many of them';
    yield { kind: 'rejected', record: `${path}: ${id.slice(0, 100)}`, reason };
    return;
  }
  const affected: AffectedPackage[] = [];
  for (const [codename, release] of Object.entries(releases)) {
    const ecosystem = ubuntuEcosystem(codename);
    if (ecosystem === null) yield { kind: 'skipped', reason: 'a notice for a release that is not known' };
    else affected.push(...fixesIn(ecosystem, asObject(release)));
  }
  const covers = cves.filter((name): name is string => isIdentifier(name) && name.startsWith('CVE-'));
  if (affected.length === 0 || covers.length === 0) {
    yield { kind: 'skipped', reason: 'a notice that fixes no CVE in a known package' };
    return;
  }
  const published = noticeDate(notice?.['timestamp'], now);
  yield advisoryItem({
    id,
    source: SOURCE,
    covers: [...new Set(covers)],
    published,
    modified: published,
    affected,
  });
}

function fixesIn(ecosystem: string, release: Readonly<Record<string, unknown>> | null): AffectedPackage[] {
  const binaries = Object.values(asObject(release?.['allbinaries'] ?? release?.['binaries']) ?? {}).map(
    asObject,
  );
  return Object.entries(asObject(release?.['sources']) ?? {}).flatMap(([name, source]) => {
    const fixed = asObject(source)?.['version'];
    if (!isPlainText(name) || !isPlainText(fixed)) return [];
    const built = binaries.filter((binary) => (binary?.['source'] ?? name) === name);
    return {
      ...NOTHING_STATED,
      ecosystem,
      name,
      naming: 'source',
      scheme: 'deb',
      status: 'affected',
      intervals: [before(fixed)],
      channel: channelOf(
        built.map((binary) => binary?.['pocket']),
        fixed,
      ),
    };
  });
}

/** Pockets of the ordinary archive are `security` and `updates`; notices of before 2020 name none. */
function channelOf(pockets: readonly unknown[], version: string): string | null {
  const pocket = pockets.find((named) => typeof named === 'string');
  if (pocket === 'esm-apps' || pocket === 'esm-infra') return pocket;
  return pocket === undefined && isExtendedMaintenance(version) ? 'esm' : null;
}

/** Seconds since 1970, with a fraction. */
function noticeDate(timestamp: unknown, now: Date): string | null {
  if (typeof timestamp !== 'number' || !(Math.abs(timestamp) < 1e11)) return null;
  return recordDate(new Date(timestamp * 1000).toISOString(), now);
}
