import { NOTHING_STATED, type AffectedPackage, type SourceStatus } from '../../../advisory.ts';
import { recordDate } from '../../../dates.ts';
import { asObject, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../../feed.ts';
import { ubuntuPocket } from '../../../vocabulary/ubuntu.ts';
import { advisoryItem } from '../../advisory-item.ts';

const SOURCE = 'ubuntu-vex';

/** A flaw of the kernel is in some hundred source packages, each with thousands of binary ones. */
const MAX_PRODUCTS = 1_000_000;

/**
 * Ubuntu's VEX documents (`https://security-metadata.canonical.com/vex/vex-all.tar.xz`), OpenVEX 0.2.0, one a CVE. They are
 * read as advisories: a statement names every package of every release in the archive, as its current version, and
 * means the package whatever its version. They tell ignored flaws from open ones, which Ubuntu's OSV records do not, but
 * not from which version on a flaw is fixed.
 */
export const ubuntuVex: Feed = {
  format: 'ubuntu-vex',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    const [context, id] = [value?.['@context'], value?.['@id']];
    return (
      typeof context === 'string' &&
      context.startsWith('https://openvex.dev/ns') &&
      typeof id === 'string' &&
      id.startsWith('https://github.com/canonical/ubuntu-security-notices/')
    );
  },

  *read(document, now) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    const statements = value?.['statements'];
    if (!Array.isArray(statements)) {
      yield { kind: 'rejected', record: document.path, reason: 'a VEX document without statements' };
      return;
    }
    const modified = recordDate(textOf(value?.['timestamp']), now);
    const flaws = Map.groupBy(statements.map(asObject), (statement) =>
      textOf(asObject(statement?.['vulnerability'])?.['name']),
    );
    for (const [id, about] of flaws) {
      if (isIdentifier(id) && id.startsWith('CVE-')) yield* readFlaw(id, about, document.path, modified, now);
      else if (isIdentifier(id)) yield { kind: 'skipped', reason: 'a VEX statement about no CVE' };
      else yield { kind: 'rejected', record: document.path, reason: 'a statement names no flaw' };
    }
  },
};

type Statement = Readonly<Record<string, unknown>> | null;

function* readFlaw(
  id: string,
  statements: readonly Statement[],
  path: string,
  modified: string | null,
  now: Date,
): Iterable<FeedItem> {
  const affected: AffectedPackage[] = [];
  const dates: string[] = [];
  for (const statement of statements) {
    const products = statement?.['products'];
    const said = statement === null ? null : statusOf(statement);
    if (said === null || !Array.isArray(products) || products.length > MAX_PRODUCTS) {
      const reason = 'a statement without known status, without products or with too many of them';
      yield { kind: 'rejected', record: `${path}: ${id}`, reason };
      continue;
    }
    if (said === 'absent') continue;
    const date = recordDate(textOf(statement?.['timestamp']), now);
    if (date !== null) dates.push(date);
    for (const product of products as readonly unknown[]) {
      const entry = readProduct(asObject(product)?.['@id'], said);
      if (entry !== null) affected.push(entry);
    }
  }
  if (affected.length === 0) {
    yield { kind: 'skipped', reason: 'a VEX statement about no package of a release of Ubuntu' };
    return;
  }
  yield advisoryItem({
    id,
    source: SOURCE,
    published: dates.sort()[0] ?? null,
    modified,
    affected,
  });
}

interface Said {
  readonly status: SourceStatus;
  readonly statusWord: string | null;
  /** The flaw is fixed in the version that is named, and so in later ones. */
  readonly fromVersion: boolean;
}

/** Of an affected package only the remark, which has a handful of beginnings, tells whether a fix is to be expected. */
function statusOf(statement: Readonly<Record<string, unknown>>): Said | 'absent' | null {
  const remark = textOf(statement['action_statement']) ?? textOf(statement['impact_statement']) ?? '';
  switch (statement['status']) {
    case 'fixed':
      return { status: 'not_affected', statusWord: 'fixed', fromVersion: true };
    case 'not_affected':
      // "This package (for the given release) does not exist in the archive."
      return /\bdoes not exist in the archive\b/.test(remark.slice(0, 200))
        ? 'absent'
        : { status: 'not_affected', statusWord: null, fromVersion: false };
    case 'under_investigation':
      return { status: 'under_investigation', statusWord: 'needs-triage', fromVersion: false };
    case 'affected':
      return { ...affectedStatus(remark.slice(0, 300)), fromVersion: false };
    default:
      return null;
  }
}

function affectedStatus(remark: string): Pick<Said, 'status' | 'statusWord'> {
  if (/\bno longer supported\b/.test(remark)) return { status: 'end_of_life', statusWord: 'ignored' };
  if (/\bdecided to not fix\b/.test(remark)) return { status: 'will_not_fix', statusWord: 'ignored' };
  if (/\bdeferred\b/.test(remark)) return { status: 'deferred', statusWord: 'deferred' };
  return { status: 'affected', statusWord: null };
}

/** Products are purls: source packages are kept, what is built from them is named beside them. */
function readProduct(id: unknown, { status, statusWord, fromVersion }: Said): AffectedPackage | null {
  if (typeof id !== 'string' || id.length > 1000 || !id.includes('arch=source')) return null;
  const [, written = '', qualifiers = ''] = /^pkg:deb\/ubuntu\/([^?#]+)\?([^#]*)$/.exec(id) ?? [];
  const [name, version] = written.split('@', 2).map(decoded);
  const label = decoded(/(?:^|&)distro=([^&]*)/.exec(qualifiers)?.[1]);
  const pocket = label === null ? null : ubuntuPocket(label);
  if (pocket === null || !isPlainText(name) || (fromVersion && !isPlainText(version))) return null;
  return {
    ...NOTHING_STATED,
    ecosystem: pocket.ecosystem,
    name,
    naming: 'source',
    scheme: 'deb',
    status,
    statusWord,
    intervals: fromVersion ? [{ introduced: version ?? null, fixed: null, lastAffected: null }] : [],
    channel: pocket.channel,
  };
}

function decoded(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
