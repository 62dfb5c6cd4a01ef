/**
 * Vendors whose VEX is taken into the advisory database, and what each may speak for. A database is used for every image:
 * Docker's judgement of the Debian packages in its own images must not clear those of others, so what a vendor says is
 * kept only for products of its own.
 */
export interface VexVendor {
  /** As in the table of sources. */
  readonly source: string;
  /** The whole of a document's `author`. */
  readonly author: RegExp;
  /** What the vendor's own products are called. */
  readonly owns: RegExp;
}

const VENDORS: readonly VexVendor[] = [
  {
    source: 'dhi',
    author: /^Docker Hardened Images <dhi@docker\.com>$/,
    owns: /^pkg:(?:docker\/dhi\/|oci\/dhi%2F|dhi\/)/i,
  },
  // rebuilt libraries carry the mark in their versions
  {
    source: 'chainguard-libraries',
    author: /^Chainguard\b/,
    owns: /^pkg:[a-z]+\/[^?#]+@[^?#]*(?:\+|%2B)cgr\.\d+(?:[?#]|$)/i,
  },
];

/** Undefined for an author who is no vendor of the table. */
export function vendorNamed(author: string | null): VexVendor | undefined {
  return author === null ? undefined : VENDORS.find((vendor) => vendor.author.test(author));
}
