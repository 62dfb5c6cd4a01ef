import { z } from 'zod';
import { asObject, faultsOf, type Feed, type FeedItem } from '../../feed.ts';
import { cvesIn, erratumItem, splitBuildName } from './rpm-erratum.ts';

const Text = z.string().max(1000);

const Update = z.object({
  alias: Text,
  title: Text.nullish(),
  display_name: Text.nullish(),
  notes: z.string().nullish(),
  type: Text,
  status: Text,
  severity: Text.nullish(),
  date_stable: Text.nullish(),
  date_pushed: Text.nullish(),
  date_modified: Text.nullish(),
  release: z.object({ version: Text, id_prefix: Text }),
  bugs: z.array(z.object({ title: z.string().nullish() })).max(10_000),
  builds: z.array(z.object({ nvr: Text, type: Text.nullish(), epoch: z.number().nullish() })).max(10_000),
});

/**
 * Updates of Fedora and EPEL as Bodhi's API gives them, `https://bodhi.fedoraproject.org/updates/?type=security`, a page
 * of them or one. They list source packages. The flaws that one fixes stand in its title and notes and in the titles of
 * bugs.
 */
export const fedoraBodhi: Feed = {
  format: 'fedora-bodhi',

  recognises(document) {
    const [first] = document.kind === 'tree' ? updatesOf(document.value) : [];
    const update = asObject(first);
    return update !== null && 'alias' in update && 'builds' in update && 'release' in update;
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    for (const value of updatesOf(document.value)) yield readUpdate(value, document.path, now);
  },
};

function updatesOf(value: unknown): readonly unknown[] {
  const { updates, update } = asObject(value) ?? {};
  if (Array.isArray(updates)) return updates as readonly unknown[];
  return [update ?? value];
}

function readUpdate(value: unknown, path: string, now: Date): FeedItem {
  const parsed = Update.safeParse(value);
  if (!parsed.success) {
    const alias = asObject(value)?.['alias'];
    const record = typeof alias === 'string' ? `${path}: ${alias.slice(0, 200)}` : path;
    return { kind: 'rejected', record, reason: faultsOf(parsed.error) };
  }
  const update = parsed.data;
  if (update.status !== 'stable') return { kind: 'skipped', reason: 'an update that is still being tested' };
  const { version, id_prefix: prefix } = update.release;
  const distribution = { FEDORA: 'Fedora', 'FEDORA-EPEL': 'EPEL' }[prefix];
  const builds = update.builds.filter(({ type }) => (type ?? 'rpm') === 'rpm');
  // flatpaks and containers are made of the packages of other updates
  if (distribution === undefined || (builds.length === 0 && update.builds.length > 0))
    return { kind: 'skipped', reason: 'an update of something else than rpm packages of Fedora and EPEL' };
  const names = builds.map(({ nvr, epoch }) => ({ epoch, name: splitBuildName(nvr) }));
  const isSecurity = update.type === 'security';
  const said = isSecurity ? [update.title, update.display_name, update.notes] : [];
  return erratumItem(
    {
      id: update.alias,
      source: 'fedora',
      ecosystem: `${distribution}:${version}`,
      channel: null,
      isSecurity,
      part: '',
      flaws: [...said, ...update.bugs.map(({ title }) => title)].flatMap((text) => cvesIn(text ?? '')),
      severity: update.severity ?? null,
      issued: utc(update.date_stable ?? update.date_pushed),
      updated: utc(update.date_modified),
      // a build whose name cannot be read is rejected with its erratum
      builds: names.map(({ epoch, name }) => ({
        ...(name ?? { name: '', version: '', release: '' }),
        epoch: epoch ? String(epoch) : null,
        architecture: 'src',
        module: null,
      })),
    },
    path,
    now,
  );
}

/** `2023-02-03 01:39:02`, in UTC. */
function utc(date: string | null | undefined): string | null {
  return date ? `${date.replace(' ', 'T')}Z` : null;
}
