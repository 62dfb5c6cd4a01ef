import type { SeverityStatement } from '../../advisory.ts';
import { cvssStatement, severityWord } from '../../severity-statements.ts';
import type { CsafVulnerability } from './csaf-document.ts';
import type { ProductTree } from './product-tree.ts';

export interface CsafSeverities {
  /** Of the vulnerability where nothing else is said. */
  readonly general: readonly SeverityStatement[];
  /** Of a product, where it differs from the general one; else empty. */
  of(productId: string): readonly SeverityStatement[];
}

/**
 * CVSS vectors by product (3.2.3.13) and the vendor's own words, threats of the category impact (3.2.3.14). The first of
 * each kind is taken to be the general one: nearly every document has one only.
 *
 * @param aggregate the document's word (3.2.1.2), where no threat has one
 */
export function csafSeverities(
  vulnerability: CsafVulnerability,
  tree: ProductTree,
  aggregate: string | null,
): CsafSeverities {
  const vectors = vulnerability.scores.map(({ products, cvss_v2: v2, cvss_v3: v3, cvss_v4: v4 }) => ({
    products,
    severities: [v4, v3, v2].flatMap((score) => (score && cvssStatement(score.vectorString)) || []),
  }));
  const words = vulnerability.threats
    .filter(({ category }) => category === 'impact')
    .map((threat) => ({
      products: tree.productsIn(threat),
      severities: listed(severityWord(threat.details.trim())),
    }));
  const generalVector = vectors[0]?.severities ?? [];
  const generalWord = words[0]?.severities ?? listed(severityWord(aggregate ?? ''));
  const vectorOf = byProduct(vectors);
  const wordOf = byProduct(words);
  return {
    general: [...generalVector, ...generalWord],
    of(productId) {
      const vector = vectorOf.get(productId) ?? generalVector;
      const word = wordOf.get(productId) ?? generalWord;
      return vector === generalVector && word === generalWord ? [] : [...vector, ...word];
    },
  };
}

interface Group {
  readonly products: readonly string[];
  readonly severities: readonly SeverityStatement[];
}

/** The severities of products in other groups than the first one. */
function byProduct([, ...others]: readonly Group[]): ReadonlyMap<string, readonly SeverityStatement[]> {
  return new Map(
    others.flatMap(({ products, severities }) => products.map((id) => [id, severities] as const)),
  );
}

function listed(statement: SeverityStatement | null): readonly SeverityStatement[] {
  return statement === null ? [] : [statement];
}
