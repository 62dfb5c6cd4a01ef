import { z } from 'zod';
import type { SeverityStatement } from '../../../advisory.ts';
import { affectedPackages, type PackageStatement } from '../package-statements.ts';
import { recordDate } from '../../../dates.ts';
import { asObject, faultsOf, isIdentifier, isPlainText, type Feed, type FeedItem } from '../../../feed.ts';
import { redHatProduct } from '../../../vocabulary/redhat-products.ts';
import { redHatFixState } from '../../../vocabulary/redhat.ts';
import { cvssStatement, severityWord } from '../../../severity-statements.ts';
import { advisoryItem } from '../../advisory-item.ts';

const Text = z.string().max(1_000);
const MAX_ENTRIES = 10_000;

const Flaw = z.object({
  name: Text.refine(isIdentifier, 'is not an identifier'),
  threat_severity: Text.nullish(),
  public_date: Text.nullish(),
  cvss: z.object({ cvss_scoring_vector: Text.nullish() }).nullish(),
  cvss3: z.object({ cvss3_scoring_vector: Text.nullish() }).nullish(),
  /** Builds that have the fix. */
  affected_release: z
    .array(z.object({ cpe: Text, package: Text.nullish() }))
    .max(MAX_ENTRIES)
    .nullish(),
  /** Components without a fix, and those without the flaw. */
  package_state: z
    .array(z.object({ cpe: Text, package_name: Text, fix_state: Text }))
    .max(MAX_ENTRIES)
    .nullish(),
});

type Flaw = z.infer<typeof Flaw>;

/**
 * One flaw from Red Hat's security data API, https://access.redhat.com/hydra/rest/securitydata/cve/CVE-2021-25220.json.
 * It names source packages, and modules and images in the place of packages. Its lists of flaws (`cve.json`), which name
 * packages without products, are passed over.
 */
export const redHatHydra: Feed = {
  format: 'redhat-hydra',

  recognises(document) {
    if (document.kind !== 'tree') return false;
    const record = asObject(firstOf(document.value));
    if (record === null) return false;
    const isFlaw = 'name' in record && 'threat_severity' in record && 'bugzilla' in record;
    return isFlaw || ('affected_release' in record && 'name' in record) || isSummary(record);
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    const records: readonly unknown[] = Array.isArray(document.value) ? document.value : [document.value];
    for (const record of records) yield* readRecord(record, document.path, now);
  },
};

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? (value as readonly unknown[])[0] : value;
}

function isSummary(record: Readonly<Record<string, unknown>>): boolean {
  return 'CVE' in record && 'bugzilla_description' in record;
}

function* readRecord(value: unknown, path: string, now: Date): Iterable<FeedItem> {
  const record = asObject(value);
  if (record !== null && isSummary(record)) {
    yield { kind: 'skipped', reason: 'a summary of a flaw that names packages without products' };
    return;
  }
  const parsed = Flaw.safeParse(value);
  if (!parsed.success) {
    const name = record?.['name'];
    yield {
      kind: 'rejected',
      record: isIdentifier(name) ? `${path}: ${name}` : path,
      reason: faultsOf(parsed.error),
    };
    return;
  }
  const flaw = parsed.data;
  const entries = [...fixedEntries(flaw), ...stateEntries(flaw)];
  const statements = entries.filter((entry) => typeof entry !== 'string');
  const skipped = new Set(entries.filter((entry) => typeof entry === 'string'));
  if (entries.length === 0) skipped.add('a flaw in no product of Red Hat');
  for (const reason of skipped) yield { kind: 'skipped', reason };
  if (statements.length === 0) return;
  yield advisoryItem({
    id: flaw.name,
    source: 'redhat-api',
    published: recordDate(flaw.public_date, now),
    severities: severitiesOf(flaw),
    affected: affectedPackages(statements),
  });
}

/** A statement, or why there is none. */
type Entry = PackageStatement | string;

/** `bind-32:9.11.36-5.el8`; a module as a whole is `nodejs:16-8040020220622123333.f96fc5a0`, an image `rhacm2/x:v2.4-1`. */
function fixedEntries({ affected_release: releases }: Flaw): Entry[] {
  return (releases ?? []).map((release): Entry => {
    if (!release.package) return 'a fix of a product as a whole';
    const [, name = '', epoch = '0', version = ''] =
      /^([^:/]+)-(?:(\d{1,10}):)?([^-:/]+-[^-:/]+)$/.exec(release.package) ?? [];
    if (!isPlainText(name) || !isPlainText(version)) return 'a fix of a module or image as a whole';
    const fixed = epoch === '0' ? version : `${epoch}:${version}`;
    return entry(release.cpe, { name, version: fixed, module: null, status: 'fixed', statusWord: null });
  });
}

/** `gstreamer1-plugins-good`, in a module `go-toolset:rhel8/golang`; an image is `openshift4/ose-cli`. */
function stateEntries({ package_state: states }: Flaw): Entry[] {
  return (states ?? []).map(({ cpe, package_name: text, fix_state: word }): Entry => {
    const [, module = null, name = ''] = /^(?:([^:/]+:[^:/]+)\/)?([^:/]+)$/.exec(text) ?? [];
    if (!isPlainText(name) || !(module === null || isPlainText(module))) return 'the state of an image';
    const state = redHatFixState(word);
    return state === null
      ? 'a state that Red Hat does not explain'
      : entry(cpe, { name, version: null, module, ...state });
  });
}

function entry(
  cpe: string,
  stated: Pick<PackageStatement, 'name' | 'version' | 'module' | 'status' | 'statusWord'>,
): Entry {
  const product = redHatProduct(cpe);
  if (product === null) return 'a product without a CPE name of Red Hat';
  return { ...product, ...stated, naming: 'source', architecture: null, severities: [] };
}

function severitiesOf({ cvss, cvss3, threat_severity: word }: Flaw): SeverityStatement[] {
  const vectors = [cvss3?.cvss3_scoring_vector, cvss?.cvss_scoring_vector];
  return [...vectors.map((vector) => cvssStatement(vector ?? '')), severityWord(word ?? '')].filter(
    (statement) => statement !== null,
  );
}
