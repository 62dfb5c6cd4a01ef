import { z } from 'zod';
import { asObject } from '../../feed.ts';

/**
 * Documents of the Common Security Advisory Framework, https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html, as far
 * as they carry facts: products, their status, and what goes with it. Prose is left but for short texts that say a
 * status. Section numbers are of that specification.
 */

const MAX_PRODUCTS = 500_000;

const Id = z.string().min(1).max(1_000);
const Ids = z.array(Id).max(MAX_PRODUCTS).default([]);
const Prose = z.string().max(1_000_000);
const Name = z.string().max(1_000);
const DateText = z.string().max(64).nullish();

/** A list that is absent or null is empty. */
function list<T extends z.ZodType>(item: T, most: number) {
  return z.preprocess((value) => value ?? [], z.array(item).max(most));
}

/** Which products something is said of (3.1.7, 3.1.8); both empty: of all products of the vulnerability. */
const Scope = { product_ids: Ids.nullish(), group_ids: Ids.nullish() };

/** 3.1.3 */
const FullProductName = z.object({
  name: Name,
  product_id: Id,
  product_identification_helper: z
    .object({
      cpe: Name.nullish(),
      purl: Name.nullish(),
      hashes: list(
        z.object({ file_hashes: list(z.object({ algorithm: z.string().max(50), value: Name }), 20) }),
        100,
      ),
    })
    .nullish(),
});

/** 3.2.2; `branches` is read where it is walked, since it nests. */
const ProductTree = z.object({
  branches: z.array(z.unknown()).max(MAX_PRODUCTS).nullish(),
  full_product_names: list(FullProductName, MAX_PRODUCTS),
  product_groups: list(z.object({ group_id: Id, product_ids: Ids }), 10_000),
  relationships: list(
    z.object({
      category: z.string().max(100),
      full_product_name: FullProductName,
      product_reference: Id,
      relates_to_product_reference: Id,
    }),
    MAX_PRODUCTS,
  ),
});

/** 3.1.2; one level of it. */
export const Branch = z.object({
  category: z.string().max(100),
  name: Name,
  product: FullProductName.nullish(),
  branches: z.array(z.unknown()).max(MAX_PRODUCTS).nullish(),
});

const Cvss = z.object({ vectorString: z.string().max(1_000) }).nullish();

/** 3.2.3 */
const Vulnerability = z.object({
  cve: z.string().max(100).nullish(),
  ids: list(z.object({ system_name: Name, text: Name }), 1_000),
  release_date: DateText,
  /** 3.2.3.9: lists of products by the name of a status */
  product_status: z.record(z.string().max(100), Ids).nullish(),
  flags: list(z.object({ label: z.string().max(100), date: DateText, ...Scope }), 10_000),
  remediations: list(
    z.object({
      category: z.string().max(100),
      details: Prose.default(''),
      date: DateText,
      url: Name.nullish(),
      ...Scope,
    }),
    10_000,
  ),
  scores: list(z.object({ products: Ids, cvss_v2: Cvss, cvss_v3: Cvss, cvss_v4: Cvss }), 10_000),
  threats: list(
    z.object({ category: z.string().max(100), details: Prose.default(''), date: DateText, ...Scope }),
    10_000,
  ),
});

export const CsafDocument = z.object({
  document: z.object({
    category: z.string().max(100),
    publisher: z.object({ name: Name, namespace: Name }),
    aggregate_severity: z.object({ text: Name }).nullish(),
    references: list(z.object({ category: z.string().max(100).nullish(), url: Name }), 10_000),
    tracking: z.object({
      id: Name,
      status: z.string().max(50),
      initial_release_date: DateText,
      current_release_date: DateText,
    }),
  }),
  product_tree: ProductTree.nullish(),
  vulnerabilities: list(Vulnerability, 10_000),
});

export type CsafDocument = z.infer<typeof CsafDocument>;
export type CsafProductTree = z.infer<typeof ProductTree>;
export type CsafFullProductName = z.infer<typeof FullProductName>;
export type CsafVulnerability = z.infer<typeof Vulnerability>;

/** Who published a value that looks like a CSAF document: its namespace (3.2.1.8.5); null for what is none. */
export function csafPublisher(value: unknown): string | null {
  const document = asObject(asObject(value)?.['document']);
  const namespace = asObject(document?.['publisher'])?.['namespace'];
  return typeof document?.['category'] === 'string' && typeof namespace === 'string' ? namespace : null;
}
