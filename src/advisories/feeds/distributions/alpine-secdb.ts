import { before, between } from '../../../versions/interval-set.ts';
import { NOTHING_STATED, type AffectedPackage } from '../../advisory.ts';
import { ecosystemTraits } from '../../ecosystems.ts';
import { asObject, isPlainText, type Feed, type FeedDocument, type FeedItem } from '../../feed.ts';
import { apk } from '../../../versions/apk.ts';
import type { VersionInterval } from '../../../versions/scheme.ts';
import { advisoryItem } from '../advisory-item.ts';

/**
 * Alpine's security database, one file a release and repository: `https://secdb.alpinelinux.org/v3.20/main.json`, also
 * in YAML, and those of other distributions in this form. It maps each package's versions to the flaws that they fix;
 * version `0` means never affected. There is no lower bound: every older version counts as affected.
 */
export const alpineSecdb: Feed = {
  format: 'alpine-secdb',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    const packages = value?.['packages'];
    if (!Array.isArray(packages)) return false;
    if (typeof value?.['reponame'] !== 'string' && typeof value?.['urlprefix'] !== 'string') return false;
    const first: unknown = packages[0];
    return first === undefined || asObject(asObject(first)?.['pkg'])?.['name'] !== undefined;
  },

  *read(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    if (value === null || !Array.isArray(value['packages'])) return;
    const publisher = publisherOf(value, document);
    if (publisher === null) {
      yield { kind: 'rejected', record: document.path, reason: 'names no Alpine release' };
      return;
    }
    const repository = typeof value['reponame'] === 'string' ? value['reponame'] : '';
    for (const entry of value['packages'] as readonly unknown[]) {
      yield* readPackage(entry, publisher, repository, document.path);
    }
  },
};

/** Whose database it is. */
interface Publisher {
  readonly source: string;
  readonly ecosystem: string;
  /** A flaw's several fixes are one for each line of releases, instead of one that did not suffice and its successor. */
  readonly fixesByLine?: true;
}

/** Other distributions publish in this form; they are told by where their packages lie. */
const OTHERS: readonly (readonly [host: string, publisher: Publisher])[] = [
  ['https://apk.cve0.io', { source: 'secureos', ecosystem: 'SecureOS', fixesByLine: true }],
  ['https://packages.cgr.dev', { source: 'chainguard', ecosystem: 'Chainguard' }],
  ['https://packages.mini.dev', { source: 'minimos', ecosystem: 'MinimOS' }],
  ['https://packages.wolfi.dev', { source: 'chainguard', ecosystem: 'Wolfi' }],
];

function publisherOf(value: Readonly<Record<string, unknown>>, document: FeedDocument): Publisher | null {
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
  return {
    source: 'alpine-secdb',
    ecosystem: release[1] === 'edge' ? 'Alpine:edge' : `Alpine:v${release[1]}`,
  };
}

function* readPackage(
  entry: unknown,
  publisher: Publisher,
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
    yield advisoryItem(
      {
        id,
        source: publisher.source,
        covers: [...flaw.covers].sort(),
        affected: affectedBefore(publisher, name, flaw.fixedIn),
      },
      `${publisher.ecosystem} ${repository} ${name}`,
    );
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
function affectedBefore(
  { ecosystem, fixesByLine }: Publisher,
  name: string,
  versions: ReadonlySet<string>,
): AffectedPackage[] {
  const { naming, scheme } = ecosystemTraits(ecosystem);
  const affected = { ...NOTHING_STATED, ecosystem, name, naming, scheme, status: 'affected' as const };
  const fixes = [...versions].filter((version) => version !== '0' && version !== NO_FIX);
  if (fixes.length > 0 && fixesByLine) return [{ ...affected, intervals: intervalsByLine(fixes) }];
  if (fixes.length > 0) return fixes.map((fixed) => ({ ...affected, intervals: [before(fixed)] }));
  return [versions.has(NO_FIX) ? affected : { ...affected, status: 'not_affected' }];
}

/** SecureOS lists flaws without a fix too, under the word that Python writes for none. */
const NO_FIX = 'None';

/** 9.3.0-r1, 9.3.1-r1 and 9.3.2-r2 all have the fix, and 9.3.1-r0 and 9.3.2-r1 do not: each line was rebuilt. */
function intervalsByLine(fixes: readonly string[]): VersionInterval[] {
  if (!fixes.every((fixed) => apk.isValid(fixed))) return fixes.map((fixed) => before(fixed));
  const sorted = fixes.toSorted((a, b) => apk.compare(a, b));
  return sorted.map((fixed, index) => {
    const isRebuild = index > 0 && /-r[1-9]\d*$/.test(fixed);
    return isRebuild ? between(fixed.replace(/-r\d+$/, '-r0'), fixed) : before(fixed);
  });
}
