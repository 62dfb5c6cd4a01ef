import { asObject, type Feed, type FeedDocument } from '../../feed.ts';
import { isOpenVex, readOpenVex } from '../../vex/openvex.ts';
import { vendorNamed } from '../../vex/vendors.ts';
import type { VexProduct } from '../../vex/vex-statement.ts';

/** Canonical's documents cover every package of every release: they are read as advisories. */
const READ_ELSEWHERE = /^Canonical\b/;

/** VEX of vendors in the format OpenVEX, https://github.com/openvex/spec: Docker Hardened Images, Chainguard libraries. */
export const openVex: Feed = {
  format: 'openvex',

  recognises(document) {
    const author = asObject(treeOf(document))?.['author'];
    return isOpenVex(treeOf(document)) && !READ_ELSEWHERE.test(String(author));
  },

  *read(document, now) {
    const value = treeOf(document);
    if (!isOpenVex(value)) return;
    const author = value['author'];
    const vendor = vendorNamed(typeof author === 'string' ? author : null);
    if (vendor === undefined) {
      yield { kind: 'skipped', reason: 'VEX of nobody whom the database knows as a vendor' };
      return;
    }
    const { statements, faults } = readOpenVex(value, { source: vendor.source, now });
    for (const reason of faults) yield { kind: 'rejected', record: document.path, reason };
    for (const [index, statement] of statements.entries()) {
      const products = joinProducts(statement.products.flatMap((product) => ownNames(product, vendor.owns)));
      if (products.length === 0) {
        yield { kind: 'skipped', reason: "VEX about others' products than the vendor's own" };
        continue;
      }
      yield { kind: 'vex', statement: { ...statement, products }, part: String(index) };
    }
  },
};

function treeOf(document: FeedDocument): unknown {
  return document.kind === 'tree' ? document.value : null;
}

function ownNames(product: VexProduct, owns: RegExp): readonly VexProduct[] {
  const identifiers = product.identifiers.filter((identifier) => owns.test(identifier));
  return identifiers.length === 0 ? [] : [{ ...product, identifiers }];
}

/** Products of which the same parts are meant become one with several names: Docker lists each image twice. */
function joinProducts(products: readonly VexProduct[]): readonly VexProduct[] {
  const alike = Map.groupBy(products, ({ subcomponents }) => JSON.stringify(subcomponents));
  return [...alike.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const identifiers = new Set(members.flatMap((member) => member.identifiers));
    const digests = new Set(members.flatMap((member) => member.digests));
    return [{ ...first, identifiers: [...identifiers], digests: [...digests] }];
  });
}
