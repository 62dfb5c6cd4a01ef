import type { SourceStatus } from '../../advisory.ts';
import type { CsafVulnerability } from './csaf-document.ts';
import type { PackageInProduct } from '../distributions/package-statements.ts';
import type { CsafProduct } from './product-tree.ts';

/** A distribution that publishes flaws and errata as CSAF documents: what it does in its own way. */
export interface CsafVendor {
  /** `document.publisher.namespace` (CSAF 3.2.1.8.5), which tells whose a document is. */
  readonly namespace: string;
  /** Who says so, in VEX statements. */
  readonly author: string;
  /** Identifiers of sources: of documents about one flaw, and of those about an update. */
  readonly sources: { readonly flaws: string; readonly errata: string };
  /** Lists of `product_status` (3.2.3.9) whose products have a build with the fix. */
  readonly fixLists: readonly string[];
  /**
   * @param parts see `ProductTree.partsOf`; empty where the tree says nothing of the identifier
   * @param isFix the identifier stands in a list of builds with the fix
   */
  component(productId: string, parts: readonly CsafProduct[], isFix: boolean): CsafComponent;
  /** What a remediation says of products that have no fix; null where it says nothing of that. */
  fixState(remediation: CsafVulnerability['remediations'][number]): FixState | null;
}

export interface FixState {
  readonly status: SourceStatus;
  readonly statusWord: string | null;
}

/** What a product identifier stands for. */
export type CsafComponent =
  /** More than one where a name may be a source package's or a binary package's. */
  | { readonly kind: 'packages'; readonly packages: readonly PackageInProduct[] }
  /** A container image by its package URL, with the digest where it is one build. */
  | { readonly kind: 'image'; readonly purl: string; readonly digest: string | null }
  /** Nothing that an installed package could be compared with; the same words for all such. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string };

export function skippedComponent(reason: string): CsafComponent {
  return { kind: 'skipped', reason };
}

export function brokenComponent(reason: string): CsafComponent {
  return { kind: 'broken', reason };
}
