import type { Advisory } from '../../advisory.ts';
import { recordDate } from '../../dates.ts';
import { faultsOf, isIdentifier, type FeedDocument, type FeedItem } from '../../feed.ts';
import { severityWord } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { CsafDocument, type CsafVulnerability } from './csaf-document.ts';
import { imageStatements } from './image-statements.ts';
import {
  affectedPackages,
  type PackageInProduct,
  type PackageStatement,
} from '../distributions/package-statements.ts';
import { readProductTree, type ProductTree } from './product-tree.ts';
import { csafSeverities } from './severities.ts';
import type { CsafComponent, CsafVendor, FixState } from './vendor.ts';

/** Broken products of a document that are listed; one is mostly enough to find the others by. */
const MAX_BROKEN = 10;

/** A document that is being read, and what was left out of it. */
interface Reading {
  readonly vendor: CsafVendor;
  readonly document: CsafDocument['document'];
  readonly tree: ProductTree;
  readonly now: Date;
  readonly components: Map<string, CsafComponent>;
  readonly skipped: Set<string>;
  readonly broken: Set<string>;
}

/** Everything in a vendor's document: a flaw with the state of every product, or an update with the flaws it fixes. */
export function* readVendorDocument(vendor: CsafVendor, file: FeedDocument, now: Date): Iterable<FeedItem> {
  const { path } = file;
  const parsed = CsafDocument.safeParse(file.kind === 'tree' ? file.value : null);
  if (!parsed.success) {
    yield { kind: 'rejected', record: path, reason: faultsOf(parsed.error) };
    return;
  }
  const { document, product_tree: branches, vulnerabilities } = parsed.data;
  const tree = readProductTree(branches);
  const { id } = document.tracking;
  if ('fault' in tree || !isIdentifier(id)) {
    yield {
      kind: 'rejected',
      record: path,
      reason: 'fault' in tree ? tree.fault : 'tracking.id is not an identifier',
    };
    return;
  }
  const reading: Reading = {
    vendor,
    document,
    tree,
    now,
    components: new Map(),
    skipped: new Set(),
    broken: new Set(),
  };
  let isEmpty = true;
  for (const item of readVulnerabilities(vulnerabilities, reading)) {
    isEmpty = false;
    yield item;
  }
  if (isEmpty && reading.skipped.size + reading.broken.size === 0)
    yield { kind: 'skipped', reason: 'a CSAF document that says nothing about a package' };
  for (const reason of reading.skipped) yield { kind: 'skipped', reason };
  for (const reason of reading.broken) yield { kind: 'rejected', record: `${path}: ${id}`, reason };
}

function* readVulnerabilities(
  vulnerabilities: readonly CsafVulnerability[],
  reading: Reading,
): Iterable<FeedItem> {
  switch (reading.document.category) {
    case 'csaf_security_advisory':
      yield* readErratum(vulnerabilities, reading);
      return;
    case 'csaf_vex':
      for (const vulnerability of vulnerabilities) yield* readFlaw(vulnerability, reading);
      return;
    default:
      reading.skipped.add('a CSAF document that is neither an advisory nor VEX');
  }
}

/**
 * The builds that an update brings. Which of its flaws a package does not have is left to the flaws' own documents: an
 * entry speaks of all flaws that the record covers.
 */
function* readErratum(vulnerabilities: readonly CsafVulnerability[], reading: Reading): Iterable<FeedItem> {
  const { vendor, document, skipped } = reading;
  const covers = new Set(vulnerabilities.flatMap(({ cve }) => (isIdentifier(cve) ? [cve] : [])));
  if (covers.size === 0) {
    skipped.add('an erratum that fixes no security flaw');
    return;
  }
  const builds = new Set(
    vulnerabilities.flatMap(({ product_status: lists }) =>
      vendor.fixLists.flatMap((list) => lists?.[list] ?? []),
    ),
  );
  const affected = affectedPackages(
    [...packagesOf(builds, true, reading)].map(([, pkg]) => {
      return { ...pkg, status: 'fixed', statusWord: null, severities: [] };
    }),
  );
  if (imagesOf(builds, reading).length > 0) skipped.add('a container image that an erratum replaces');
  const severity = severityWord(document.aggregate_severity?.text ?? '');
  yield* advisory(reading, {
    id: document.tracking.id,
    source: vendor.sources.errata,
    covers: [...covers],
    severities: severity === null ? [] : [severity],
    affected,
  });
}

/** What is said of one flaw. */
function* readFlaw(vulnerability: CsafVulnerability, reading: Reading): Iterable<FeedItem> {
  const { vendor, document, tree, now, broken } = reading;
  const id = vulnerability.cve ?? document.tracking.id;
  if (!isIdentifier(id)) {
    broken.add('a vulnerability whose cve is not an identifier');
    return;
  }
  const severities = csafSeverities(vulnerability, tree, document.aggregate_severity?.text ?? null);
  const states = fixStates(vulnerability, reading);
  const lists = statusLists(vulnerability, vendor);
  const statements: PackageStatement[] = [];
  for (const { products, status } of lists) {
    for (const [productId, pkg] of packagesOf(products, status === 'fixed', reading)) {
      const state = status === 'affected' ? states.get(productId) : undefined;
      statements.push({
        ...pkg,
        // components without a fix are named without a build; where one is named, it is not the only one with the flaw
        version: status === 'affected' || status === 'under_investigation' ? null : pkg.version,
        status: state?.status ?? status,
        statusWord: state?.statusWord ?? null,
        severities: severities.of(productId),
      });
    }
  }
  yield* advisory(reading, {
    id,
    source: vendor.sources.flaws,
    covers: [],
    severities: severities.general,
    affected: affectedPackages(statements),
  });
  yield* imageStatements({
    id: document.tracking.id,
    flaw: id,
    source: vendor.sources.flaws,
    author: vendor.author,
    modified: recordDate(document.tracking.current_release_date, now),
    lists: lists.map(({ products, status }) => ({ status, images: imagesOf(products, reading) })),
    labels: new Map(
      vulnerability.flags.flatMap((flag) =>
        tree.productsIn(flag).map((productId) => [productId, flag.label]),
      ),
    ),
  });
}

interface StatusList {
  readonly status: 'fixed' | 'affected' | 'not_affected' | 'under_investigation';
  readonly products: ReadonlySet<string>;
}

/** The lists of 3.2.3.9 that distributions fill. */
function statusLists(
  { product_status: lists }: CsafVulnerability,
  { fixLists }: CsafVendor,
): readonly StatusList[] {
  return [
    { status: 'fixed', products: new Set(fixLists.flatMap((list) => lists?.[list] ?? [])) },
    { status: 'affected', products: new Set(lists?.['known_affected']) },
    { status: 'not_affected', products: new Set(lists?.['known_not_affected']) },
    { status: 'under_investigation', products: new Set(lists?.['under_investigation']) },
  ];
}

/** By product identifier. */
function fixStates(
  { remediations }: CsafVulnerability,
  { vendor, tree }: Reading,
): ReadonlyMap<string, FixState> {
  const states = new Map<string, FixState>();
  for (const remediation of remediations) {
    const state = vendor.fixState(remediation);
    if (state === null) continue;
    for (const id of tree.productsIn(remediation)) states.set(id, state);
  }
  return states;
}

/** The packages among the products; why others were left out is noted. */
function* packagesOf(
  productIds: Iterable<string>,
  isFix: boolean,
  reading: Reading,
): Iterable<readonly [productId: string, pkg: PackageInProduct]> {
  const { skipped, broken } = reading;
  for (const id of productIds) {
    const component = componentOf(id, isFix, reading);
    if (component.kind === 'skipped') skipped.add(component.reason);
    if (component.kind === 'broken' && broken.size < MAX_BROKEN) broken.add(component.reason);
    if (component.kind !== 'packages') continue;
    for (const pkg of component.packages) {
      if (isFix && pkg.version === null) skipped.add('a fix without a version');
      else yield [id, pkg];
    }
  }
}

function imagesOf(productIds: Iterable<string>, reading: Reading) {
  return [...productIds].flatMap((productId) => {
    const component = componentOf(productId, false, reading);
    return component.kind === 'image' ? [{ productId, purl: component.purl, digest: component.digest }] : [];
  });
}

/** Updates name the same products once for each flaw. */
function componentOf(
  productId: string,
  isFix: boolean,
  { vendor, tree, components }: Reading,
): CsafComponent {
  const key = `${isFix} ${productId}`;
  const known = components.get(key);
  if (known !== undefined) return known;
  const component = vendor.component(productId, tree.partsOf(productId), isFix);
  components.set(key, component);
  return component;
}

type Stated = Pick<Advisory, 'id' | 'source' | 'covers' | 'severities' | 'affected'>;

function* advisory({ document: { tracking }, now }: Reading, stated: Stated): Iterable<FeedItem> {
  if (stated.affected.length === 0) return;
  yield advisoryItem({
    ...stated,
    published: recordDate(tracking.initial_release_date, now),
    modified: recordDate(tracking.current_release_date, now),
  });
}
