/** What walking an archive yields. Archives are read as data and never written to a disk: paths are only labels. */
export type ArchiveItem =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'problem'; readonly reason: string };

/** Archives of feeds come from their publishers, yet a bound keeps a bad one from filling the memory. */
export interface ArchiveLimits {
  readonly memberBytes: number;
  readonly members: number;
}
