/**
 * CSAF documents of the profile VEX: OASIS "Common Security Advisory Framework Version 2.0", section 4.5. One statement
 * comes of each vulnerability, status and reason, with all products that share them.
 */
import { isObject, type JsonObject } from '../../formats/json.ts';
import { CsafDocument, type CsafVulnerability } from '../feeds/csaf/csaf-document.ts';
import { type CsafProduct, type ProductTree, readProductTree } from '../feeds/csaf/product-tree.ts';
import { recordDate } from '../dates.ts';
import { faultsOf } from '../feed.ts';
import type { VexDocument, VexProduct, VexReading, VexStatement, VexStatus } from './vex-statement.ts';
import {
  digestOf,
  flawNames,
  justificationNamed,
  MAX_STATEMENTS,
  noteText,
  productNames,
} from './vex-text.ts';

/** Section 3.2.3.9, "product_status"; `recommended` says nothing about the flaw. */
const STATUSES: ReadonlyMap<string, VexStatus> = new Map([
  ['known_not_affected', 'not_affected'],
  ['known_affected', 'affected'],
  ['first_affected', 'affected'],
  ['last_affected', 'affected'],
  ['first_fixed', 'fixed'],
  ['fixed', 'fixed'],
  ['under_investigation', 'under_investigation'],
]);

export function isCsafVex(value: unknown): value is JsonObject {
  const document = isObject(value) ? value['document'] : null;
  return isObject(document) && 'csaf_version' in document && document['category'] === 'csaf_vex';
}

export function readCsafVex(value: JsonObject, { source, now }: VexReading): VexDocument {
  const parsed = CsafDocument.safeParse(value);
  const format = 'CSAF 2.0';
  if (!parsed.success) return unreadable(format, faultsOf(parsed.error));
  const { document, product_tree: stated, vulnerabilities } = parsed.data;
  const tree = readProductTree(stated);
  if ('fault' in tree) return unreadable(format, tree.fault);
  const id = noteText(document.tracking.id) ?? '';
  const author = noteText(document.publisher.name);
  const modified = recordDate(document.tracking.current_release_date, now);
  const productOf = rememberProducts(tree);
  const statements: VexStatement[] = [];
  const faults: string[] = [];
  for (const [index, vulnerability] of vulnerabilities.entries()) {
    const flaws = flawNames([vulnerability.cve, ...vulnerability.ids.map(({ text }) => text)]);
    const [name = `vulnerability ${index + 1}`] = flaws;
    if (flaws.length === 0) faults.push(`${name}: it has no CVE and no other identifier`);
    else {
      const read = readVulnerability(vulnerability, tree, productOf);
      faults.push(...read.faults.map((fault) => `${name}: ${fault}`));
      for (const said of read.statements)
        statements.push({ document: id, source, author, modified, flaws, ...said });
    }
  }
  if (statements.length > MAX_STATEMENTS) faults.push(`statements beyond ${MAX_STATEMENTS} were left out`);
  return { format, id, author, statements: statements.slice(0, MAX_STATEMENTS), faults };
}

function unreadable(format: string, fault: string): VexDocument {
  return { format, id: 'CSAF document', author: null, statements: [], faults: [fault] };
}

/** Null where nothing identifies the product. */
function rememberProducts(tree: ProductTree): (id: string) => VexProduct | null {
  const known = new Map<string, VexProduct | null>();
  return (id) => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const product = toProduct(tree.partsOf(id));
    known.set(id, product);
    return product;
  };
}

/**
 * A package that is a part of a product (section 3.2.2.4): the product is what the statement is about, the package what in
 * it. Where only one of the two can be identified, nothing is: the statement is narrower than that one name.
 */
function toProduct(parts: readonly CsafProduct[]): VexProduct | null {
  const [inner, whole] = [parts[0], parts.at(-1)];
  if (inner === undefined || whole === undefined) return null;
  const names = namesOf(whole);
  if (names.identifiers.length + names.digests.length === 0) return null;
  if (parts.length === 1) return { ...names, subcomponents: [] };
  const { identifiers, digests } = namesOf(inner);
  return identifiers.length + digests.length === 0
    ? null
    : { ...names, subcomponents: [[...identifiers, ...digests]] };
}

function namesOf({ purl, cpe, digests }: CsafProduct): Pick<VexProduct, 'identifiers' | 'digests'> {
  return {
    identifiers: productNames([purl, cpe]),
    digests: digests.flatMap((digest) => digestOf(...splitDigest(digest)) ?? []),
  };
}

function splitDigest(digest: string): [algorithm: string, hex: string] {
  const colon = digest.indexOf(':');
  return [digest.slice(0, colon), digest.slice(colon + 1)];
}

type Said = Pick<VexStatement, 'status' | 'justification' | 'note' | 'products'>;

function readVulnerability(
  vulnerability: CsafVulnerability,
  tree: ProductTree,
  productOf: (id: string) => VexProduct | null,
): { readonly statements: readonly Said[]; readonly faults: readonly string[] } {
  const reasons = reasonsIn(vulnerability, tree);
  const statements: Said[] = [];
  const faults: string[] = [];
  for (const [word, status] of STATUSES) {
    const ids = vulnerability.product_status?.[word] ?? [];
    const alike = Map.groupBy(ids, (id) => {
      const { justification, note } = reasons.get(id) ?? NO_REASON;
      return `${justification ?? ''}\0${note ?? ''}`;
    });
    for (const members of alike.values()) {
      const products = members.flatMap((id) => productOf(id) ?? []);
      const lost = members.length - products.length;
      if (lost > 0) faults.push(`${word}: nothing identifies ${lost} of ${members.length} products`);
      if (products.length === 0) continue;
      statements.push({ status, ...(reasons.get(members[0] ?? '') ?? NO_REASON), products });
    }
  }
  return { statements, faults };
}

/** Why a product has its status: a label, and words. */
type Reason = Pick<VexStatement, 'justification' | 'note'>;

const NO_REASON: Reason = { justification: null, note: null };

/** Flags give the justification (section 3.2.3.5), threats of the category impact the words (section 3.2.3.14). */
function reasonsIn(vulnerability: CsafVulnerability, tree: ProductTree): ReadonlyMap<string, Reason> {
  const reasons = new Map<string, Reason>();
  for (const flag of vulnerability.flags) {
    const justification = justificationNamed(flag.label);
    for (const id of tree.productsIn(flag)) reasons.set(id, { justification, note: null });
  }
  for (const threat of vulnerability.threats) {
    if (threat.category !== 'impact') continue;
    const note = noteText(threat.details);
    for (const id of tree.productsIn(threat)) reasons.set(id, { ...(reasons.get(id) ?? NO_REASON), note });
  }
  return reasons;
}
