import { z } from 'zod';
import { before } from '../../../versions/interval-set.ts';
import { severityOfScore } from '../../../model/severity.ts';
import { NOTHING_STATED, type AffectedPackage } from '../../advisory.ts';
import { asObject, faultsOf, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { advisoryItem } from '../advisory-item.ts';

const Text = z.string().max(500);

const Row = z.object({
  cve_id: z.string().refine(isIdentifier, 'is not an identifier'),
  pkg: z.string().refine(isPlainText, 'is empty, too long or has control characters'),
  cve_score: z.number().min(0).max(10).nullish(),
  aff_ver: Text.nullish(),
  res_ver: Text.nullish(),
  /** Older files have none: each row is of a flaw that was fixed, or is still there. */
  status: Text.nullish(),
});

/**
 * Photon OS's list of flaws by package,
 * `https://packages.broadcom.com/photon/photon_cve_metadata/cve_data_photon4.0.json`. It says for which release it is in
 * its name, or else in its versions (`5.22.1-4.ph1`).
 */
export const photonCve: Feed = {
  format: 'photon-cve',

  recognises(document) {
    const first = asObject(rowsOf(document.kind === 'tree' ? document.value : null)[0]);
    return first !== null && 'cve_id' in first && 'pkg' in first && 'res_ver' in first;
  },

  *read(document) {
    const rows = rowsOf(document.kind === 'tree' ? document.value : null);
    const release = /cve_data_photon(\d+\.\d+)\.json$/.exec(document.path)?.[1] ?? releaseOfVersions(rows);
    if (release === null) {
      yield { kind: 'rejected', record: document.path, reason: 'names no release of Photon OS' };
      return;
    }
    for (const row of rows) yield readRow(row, `Photon OS:${release}`, document.path);
  },
};

function rowsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function releaseOfVersions(rows: readonly unknown[]): string | null {
  for (const row of rows) {
    const version = asObject(row)?.['res_ver'];
    const major = typeof version === 'string' ? /\.ph(\d+)$/.exec(version)?.[1] : undefined;
    if (major !== undefined) return `${major}.0`;
  }
  return null;
}

function readRow(value: unknown, ecosystem: string, path: string): FeedItem {
  const parsed = Row.safeParse(value);
  if (!parsed.success) {
    const { cve_id: id, pkg } = asObject(value) ?? {};
    const record = `${path}: ${String(id).slice(0, 100)} ${String(pkg).slice(0, 100)}`;
    return { kind: 'rejected', record, reason: faultsOf(parsed.error) };
  }
  const row = parsed.data;
  const score = row.cve_score ?? null;
  const statement = statementOf(row);
  if (statement === null) return { kind: 'skipped', reason: 'a row of Photon OS states no versions' };
  return advisoryItem(
    {
      id: row.cve_id,
      source: 'photon',
      severities:
        score === null ? [] : [{ kind: 'word', word: `score ${score}`, level: severityOfScore(score) }],
      // packages are named by their source or by what is built of it (`curl`, `curl-libs`), and nothing tells which
      affected: (['binary', 'source'] as const).map((naming) => ({
        ...NOTHING_STATED,
        ecosystem,
        name: row.pkg,
        naming,
        scheme: 'rpm',
        ...statement,
      })),
    },
    `${ecosystem} ${row.pkg}`,
  );
}

function statementOf({
  status,
  res_ver: fixed,
  aff_ver: affected,
}: z.infer<typeof Row>): Pick<AffectedPackage, 'status' | 'intervals'> | null {
  if (status?.toLowerCase() === 'not affected') return { status: 'not_affected', intervals: [] };
  if (isVersion(fixed)) return { status: 'affected', intervals: [before(fixed)] };
  const isOpen = status?.toLowerCase() !== 'fixed' && /^all versions(?! before)/.test(affected ?? '');
  return isOpen ? { status: 'affected', intervals: [] } : null;
}

function isVersion(text: string | null | undefined): text is string {
  return isPlainText(text) && /^\d\S*$/.test(text);
}
