/**
 * The products of a CSAF document and how they are put together (3.2.2). A product is a leaf of the branches
 * (`openssl-1:3.0.7-16.el9_2.x86_64`, `Red Hat Enterprise Linux AppStream (v. 9)`) or, by a relationship, one product as
 * a part of another (`AppStream-9.2.0.Z:openssl-1:3.0.7-16.el9_2.x86_64`), which may be a part in turn.
 */
import { ModelError } from '../../../model/errors.ts';
import { parsePurl, type PurlParts } from '../../../model/purl.ts';
import { Branch, type CsafFullProductName, type CsafProductTree } from './csaf-document.ts';

export interface CsafProduct {
  readonly id: string;
  readonly name: string;
  /** Of the branch it is a leaf of: `product_name`, `product_version`, `product_version_range`; null outside of branches. */
  readonly category: string | null;
  /** Name of the branch of this category above it; null where there is none. */
  readonly architecture: string | null;
  readonly purl: string | null;
  /** What the package URL says; null where it cannot be read. */
  readonly purlParts: PurlParts | null;
  readonly cpe: string | null;
  /** Of files of the product: `sha256:…`. */
  readonly digests: readonly string[];
}

export interface ProductTree {
  /** Every product by its identifier, those of relationships too. */
  readonly products: ReadonlyMap<string, CsafProduct>;
  /**
   * What a product is put together from, the innermost part first: package, then module if there is one, then the
   * product that both are in. A product of its own is its only part. A part that the tree does not describe has its
   * identifier for a name. Empty for an identifier that nothing describes.
   */
  partsOf(productId: string): readonly CsafProduct[];
  /** The products that are listed, and those of the groups (3.1.7). Empty: nothing was stated. */
  productsIn(scope: CsafScope): readonly string[];
}

export interface CsafScope {
  readonly product_ids?: readonly string[] | null | undefined;
  readonly group_ids?: readonly string[] | null | undefined;
}

/** Real trees are six branches deep, and parts of parts end with the second. A cycle ends here too. */
const MAX_DEPTH = 32;
const MAX_PARTS = 8;

/**
 * @returns the tree, or what is wrong with a branch
 */
export function readProductTree(
  tree: CsafProductTree | null | undefined,
): ProductTree | { readonly fault: string } {
  const products = new Map<string, CsafProduct>();
  for (const named of tree?.full_product_names ?? []) addProduct(products, named, null, null);
  const fault = addBranches(products, tree?.branches ?? [], null, 1);
  if (fault !== null) return { fault };
  const relations = new Map<string, readonly [part: string, whole: string]>();
  for (const relation of tree?.relationships ?? []) {
    const {
      full_product_name: named,
      product_reference: part,
      relates_to_product_reference: whole,
    } = relation;
    addProduct(products, named, null, null);
    relations.set(named.product_id, [part, whole]);
  }
  const groups = new Map((tree?.product_groups ?? []).map(({ group_id: id, product_ids: ids }) => [id, ids]));

  function addParts(id: string, parts: CsafProduct[], depth: number): void {
    if (parts.length === MAX_PARTS) return;
    const relation = depth < MAX_PARTS ? relations.get(id) : undefined;
    if (relation === undefined) parts.push(products.get(id) ?? undescribed(id));
    else for (const part of relation) addParts(part, parts, depth + 1);
  }

  return {
    products,
    partsOf(productId) {
      const parts: CsafProduct[] = [];
      if (products.has(productId)) addParts(productId, parts, 0);
      return parts;
    },
    productsIn({ product_ids: ids, group_ids: groupIds }) {
      return [...(ids ?? []), ...(groupIds ?? []).flatMap((id) => groups.get(id) ?? [])];
    },
  };
}

function addBranches(
  products: Map<string, CsafProduct>,
  branches: readonly unknown[],
  architecture: string | null,
  depth: number,
): string | null {
  if (depth > MAX_DEPTH) return `branches are nested deeper than ${MAX_DEPTH}`;
  for (const value of branches) {
    const branch = Branch.safeParse(value);
    if (!branch.success) return `a branch that cannot be read: ${branch.error.issues[0]?.message ?? ''}`;
    const { category, name, product, branches: inner } = branch.data;
    if (product) addProduct(products, product, category, architecture);
    const fault = addBranches(
      products,
      inner ?? [],
      category === 'architecture' ? name : architecture,
      depth + 1,
    );
    if (fault !== null) return fault;
  }
  return null;
}

function addProduct(
  products: Map<string, CsafProduct>,
  named: CsafFullProductName,
  category: string | null,
  architecture: string | null,
): void {
  const { name, product_id: id, product_identification_helper: helper } = named;
  products.set(id, {
    id,
    name,
    category,
    architecture,
    purl: helper?.purl ?? null,
    purlParts: readPurl(helper?.purl),
    cpe: helper?.cpe ?? null,
    digests: (helper?.hashes ?? []).flatMap(({ file_hashes: hashes }) =>
      hashes.map(({ algorithm, value }) => `${algorithm}:${value}`),
    ),
  });
}

/** A product of which only the name is known. */
export function undescribed(id: string, name = id): CsafProduct {
  return {
    id,
    name,
    category: null,
    architecture: null,
    purl: null,
    purlParts: null,
    cpe: null,
    digests: [],
  };
}

function readPurl(text: string | null | undefined): PurlParts | null {
  if (!text) return null;
  try {
    return parsePurl(text);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}
