import { z } from 'zod';
import { asObject, faultsOf, type Feed } from '../../feed.ts';
import { cvesIn, erratumItem, releaseMark, type RpmBuild } from './rpm-erratum.ts';

const Text = z.string().max(1000);
const Timestamp = z.object({ $date: z.number().min(0).max(8.64e15) }).nullish();

const Build = z.object({
  name: Text,
  version: Text,
  release: Text,
  epoch: Text.nullish(),
  arch: Text.nullish(),
});

const Erratum = z.object({
  updateinfo_id: Text,
  type: Text,
  severity: Text.nullish(),
  issued_date: Timestamp,
  updated_date: Timestamp,
  pkglist: z.object({
    name: Text.nullish(),
    packages: z.array(Build).max(50_000),
    module: z.object({ name: Text, stream: Text }).nullish(),
  }),
  references: z.array(z.object({ id: Text.nullish() })).max(10_000),
});

/** AlmaLinux's errata, `https://errata.almalinux.org/9/errata.json`: the same records as in its OSV database. */
export const almaLinuxErrata: Feed = {
  format: 'almalinux-errata',

  recognises(document) {
    if (document.kind !== 'tree' || !Array.isArray(document.value)) return false;
    const first = asObject((document.value as readonly unknown[])[0]);
    return first !== null && 'updateinfo_id' in first && 'pkglist' in first;
  },

  *read(document, now) {
    if (document.kind !== 'tree' || !Array.isArray(document.value)) return;
    for (const value of document.value as readonly unknown[]) {
      const parsed = Erratum.safeParse(value);
      if (!parsed.success) {
        const id = asObject(value)?.['updateinfo_id'];
        const record = `${document.path}: ${typeof id === 'string' ? id.slice(0, 200) : 'a record'}`;
        yield { kind: 'rejected', record, reason: faultsOf(parsed.error) };
        continue;
      }
      const erratum = parsed.data;
      const id = erratum.updateinfo_id;
      const { module } = erratum.pkglist;
      const builds = erratum.pkglist.packages.map((build): RpmBuild => ({
        ...build,
        epoch: build.epoch ?? null,
        architecture: build.arch ?? null,
        module: module ? `${module.name}:${module.stream}` : null,
      }));
      const release =
        /almalinux-(\d+)-/.exec(erratum.pkglist.name ?? '')?.[1] ??
        releaseMark(builds, /(?:^|[^A-Za-z])el(\d+)/);
      if (release === null && builds.length > 0) {
        yield {
          kind: 'rejected',
          record: `${document.path}: ${id}`,
          reason: 'names no release of AlmaLinux',
        };
        continue;
      }
      yield erratumItem(
        {
          id,
          source: 'almalinux',
          ecosystem: `AlmaLinux:${release}`,
          channel: null,
          isSecurity: erratum.type === 'security',
          part: '',
          flaws: erratum.references.flatMap((reference) => cvesIn(reference.id ?? '')),
          severity: erratum.severity ?? null,
          issued: dateOf(erratum.issued_date),
          updated: dateOf(erratum.updated_date),
          builds,
        },
        document.path,
        now,
      );
    }
  },
};

function dateOf(timestamp: { readonly $date: number } | null | undefined): string | null {
  return timestamp ? new Date(timestamp.$date).toISOString() : null;
}
