import { z } from 'zod';
import { before } from '../../../../versions/interval-set.ts';
import { NOTHING_STATED, type AffectedPackage, type SourceStatus } from '../../../advisory.ts';
import { debianEcosystem, debianUrgency } from '../../../vocabulary/debian.ts';
import { ecosystemTraits } from '../../../ecosystems.ts';
import { asObject, faultsOf, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../../feed.ts';
import { severityWord } from '../../../severity-statements.ts';
import { advisoryItem } from '../../advisory-item.ts';

/** One release's part of an entry; fields that the facts need (`repositories`, `description` and others are left). */
const Release = z.object({
  status: z.enum(['resolved', 'open', 'undetermined']),
  fixed_version: z.string().max(500).nullish(),
  urgency: z.string().max(100).nullish(),
  nodsa: z.string().nullish(),
  nodsa_reason: z.string().max(100).nullish(),
});

type Release = z.infer<typeof Release>;

/**
 * The Debian security tracker's `https://security-tracker.debian.org/tracker/data/json`:
 * `{source: {CVE: {releases: {codename: {status, fixed_version, urgency, nodsa, nodsa_reason}}}}}`. The same shape,
 * extracted from packages' changelogs, counts as a source of its own, since it knows fixed flaws only.
 */
export const debianTracker: Feed = {
  format: 'debian-tracker',

  recognises(document) {
    const sources = document.kind === 'tree' ? asObject(document.value) : null;
    if (sources === null) return false;
    const [entries] = Object.values(sources);
    const [entry] = Object.values(asObject(entries) ?? {});
    return asObject(asObject(entry)?.['releases']) !== null;
  },

  *read(document) {
    const sources = document.kind === 'tree' ? asObject(document.value) : null;
    const source = document.path.endsWith('from-changelogs.json') ? 'debian-changelogs' : 'debian-tracker';
    for (const [name, entries] of Object.entries(sources ?? {})) {
      const flaws = asObject(entries);
      if (flaws === null || !isPlainText(name)) {
        yield {
          kind: 'rejected',
          record: `${document.path}: ${name.slice(0, 200)}`,
          reason: 'not a source package with entries',
        };
        continue;
      }
      for (const [id, entry] of Object.entries(flaws))
        yield* readEntry(source, name, id, entry, document.path);
    }
  },
};

function* readEntry(
  source: string,
  name: string,
  id: string,
  entry: unknown,
  path: string,
): Iterable<FeedItem> {
  const releases = asObject(asObject(entry)?.['releases']);
  if (!isIdentifier(id) || releases === null) {
    yield {
      kind: 'rejected',
      record: `${path}: ${name} ${id.slice(0, 200)}`,
      reason: 'an entry without identifier or releases',
    };
    return;
  }
  const affected: AffectedPackage[] = [];
  for (const [codename, value] of Object.entries(releases)) {
    const ecosystem = debianEcosystem(codename);
    const release = Release.safeParse(value);
    if (ecosystem === null) {
      yield { kind: 'skipped', reason: `Debian release ${codename.slice(0, 40)} is not known` };
    } else if (release.success) {
      affected.push(toAffected(ecosystem, name, release.data));
    } else {
      yield {
        kind: 'rejected',
        record: `${path}: ${name} ${id} ${codename}`,
        reason: faultsOf(release.error),
      };
    }
  }
  if (affected.length === 0) return;
  yield advisoryItem(
    {
      id,
      source,
      affected,
    },
    name,
  );
}

function toAffected(ecosystem: string, name: string, release: Release): AffectedPackage {
  const { naming, scheme } = ecosystemTraits(ecosystem);
  const fixed = release.status === 'resolved' ? (release.fixed_version ?? null) : null;
  // a star marks an urgency that was set by hand
  const severity = severityWord((release.urgency ?? '').replace(/\*+$/, ''));
  return {
    ...NOTHING_STATED,
    ecosystem,
    name,
    naming,
    scheme,
    ...statusOf(release),
    intervals: fixed === null || fixed === '0' ? [] : [before(fixed)],
    severities: severity === null ? [] : [severity],
  };
}

/**
 * What the tracker says of versions without the fix. `resolved` in version 0 means that no version in the release has
 * the flaw. https://security-team.debian.org/security_tracker.html
 */
function statusOf(release: Release): { readonly status: SourceStatus; readonly statusWord: string | null } {
  if (release.status === 'undetermined') return { status: 'under_investigation', statusWord: 'undetermined' };
  if (release.status === 'resolved' && release.fixed_version === '0')
    return { status: 'not_affected', statusWord: null };
  const urgency = debianUrgency(release.urgency ?? '');
  if (urgency !== null) return urgency;
  if (release.status === 'resolved' || typeof release.nodsa !== 'string')
    return { status: 'affected', statusWord: null };
  if (release.nodsa_reason === 'ignored') return { status: 'will_not_fix', statusWord: 'ignored' };
  return { status: 'deferred', statusWord: release.nodsa_reason === 'postponed' ? 'postponed' : 'no-dsa' };
}
