import { ecosystemTraits } from '../ecosystems.ts';
import { asObject, isPlainText, type Feed, type FeedDocument, type FeedItem } from '../feed.ts';
import { NOTHING_STATED, type AffectedPackage } from '../advisory.ts';
import { sourceNamed } from '../sources.ts';

const SOURCE = 'alpine-secdb';

/**
 * Alpine's security database, one file a release and repository: `https://secdb.alpinelinux.org/v3.20/main.json`, also
 * in YAML. It maps each package's versions to the flaws that they fix; version `0` means never affected. There is no
 * lower bound: every older version counts as affected.
 */
export const alpineSecdb: Feed = {
  format: 'alpine-secdb',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    if (value === null || !Array.isArray(value['packages']) || typeof value['reponame'] !== 'string')
      return false;
    const first: unknown = value['packages'][0];
    return first === undefined || asObject(asObject(first)?.['pkg'])?.['name'] !== undefined;
  },

  *read(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    if (value === null || !Array.isArray(value['packages'])) return;
    const ecosystem = ecosystemOf(value, document);
    if (ecosystem === null) {
      yield { kind: 'rejected', record: document.path, reason: 'names no Alpine release' };
      return;
    }
    for (const entry of value['packages'] as readonly unknown[]) {
      yield* readPackage(entry, ecosystem, String(value['reponame']), document.path);
    }
  },
};

/** Other distributions publish in this form; they are told by where their packages lie. */
const OTHERS: readonly (readonly [host: string, ecosystem: string])[] = [
  ['https://packages.wolfi.dev', 'Wolfi'],
  ['https://packages.cgr.dev', 'Chainguard'],
  ['https://packages.mini.dev', 'MinimOS'],
];

function ecosystemOf(value: Readonly<Record<string, unknown>>, document: FeedDocument): string | null {
  const home = value['urlprefix'];
  if (typeof home === 'string') {
    const other = OTHERS.find(([host]) => home.startsWith(host));
    if (other !== undefined) return other[1];
  }
  const named = value['distroversion'];
  const release =
    /^v?(\d+\.\d+|edge)$/.exec(typeof named === 'string' ? named : '') ??
    /(?:^|\/)v?(\d+\.\d+|edge)\/[^/]+$/.exec(document.path);
  if (release?.[1] === undefined) return null;
  return release[1] === 'edge' ? 'Alpine:edge' : `Alpine:v${release[1]}`;
}

function* readPackage(
  entry: unknown,
  ecosystem: string,
  repository: string,
  path: string,
): Iterable<FeedItem> {
  const pkg = asObject(asObject(entry)?.['pkg']);
  const name = pkg?.['name'];
  const secfixes = asObject(pkg?.['secfixes']);
  if (!isPlainText(name) || secfixes === null) {
    yield {
      kind: 'rejected',
      record: `${path}: ${String(name)}`,
      reason: 'a package without name or secfixes',
    };
    return;
  }
  const flaws = new Map<string, Flaw>();
  for (const [version, ids] of Object.entries(secfixes)) {
    if (!isPlainText(version)) {
      yield { kind: 'rejected', record: `${path}: ${name}`, reason: 'a version that is not plain text' };
      continue;
    }
    for (const line of Array.isArray(ids) ? (ids as readonly unknown[]) : []) addFlaws(flaws, version, line);
  }
  for (const [id, flaw] of flaws) {
    yield {
      kind: 'advisory',
      part: `${ecosystem} ${repository} ${name}`,
      advisory: {
        id,
        source: SOURCE,
        aliases: [],
        covers: [...flaw.covers].sort(),
        published: null,
        modified: null,
        withdrawn: null,
        severities: [],
        url: sourceNamed(SOURCE)?.page?.(id) ?? null,
        affected: affectedBefore(ecosystem, name, flaw.fixedIn),
      },
    };
  }
}

interface Flaw {
  readonly fixedIn: Set<string>;
  readonly covers: Set<string>;
}

/**
 * One string may name a flaw several times (`CVE-2017-10911 XSA-216`) and carry remarks (`CVE-2018-14468 (FrameRelay)`).
 * Another's identifier beside CVEs is often an umbrella over several of them (XSA-201 stands beside four), so it
 * becomes a record of its own that covers them, never an alias.
 */
function addFlaws(flaws: Map<string, Flaw>, version: string, line: unknown): void {
  if (typeof line !== 'string' || line.length > 1000) return;
  const ids = line
    .split(/[\s,]+/)
    .map(normaliseId)
    .filter(isFlawId);
  const cves = ids.filter((id) => id.startsWith('CVE-'));
  for (const id of ids) {
    const flaw = flaws.get(id) ?? { fixedIn: new Set(), covers: new Set() };
    flaw.fixedIn.add(version);
    if (!id.startsWith('CVE-')) for (const cve of cves) flaw.covers.add(cve);
    flaws.set(id, flaw);
  }
}

/** A few entries are spelt `CVE_2019-1234`. */
function normaliseId(id: string): string {
  return id.replace(/^CVE_(?=\d{4}-)/, 'CVE-');
}

/** CVE-2020-1, XSA-207, ALPINE-13661, DW202402-001, VSV00010; not the words of a remark. */
function isFlawId(id: string): boolean {
  return id.length <= 60 && /^[A-Z][A-Za-z0-9]+(?:[-_:.][A-Za-z0-9]+)*$/.test(id) && /\d{2}/.test(id);
}

/** A flaw that was fixed more than once was fixed for good in the last of them, and with a fix it was never absent. */
function affectedBefore(ecosystem: string, name: string, versions: ReadonlySet<string>): AffectedPackage[] {
  const { naming, scheme } = ecosystemTraits(ecosystem);
  const common = {
    ...NOTHING_STATED,
    ecosystem,
    name,
    naming,
    scheme,
  };
  const fixes = [...versions].filter((version) => version !== '0');
  if (fixes.length === 0) return [{ ...common, status: 'not_affected', intervals: [] }];
  return fixes.map((fixed) => ({
    ...common,
    status: 'affected',
    intervals: [{ introduced: null, fixed, lastAffected: null }],
  }));
}
