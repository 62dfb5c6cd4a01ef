import type { Loss } from '../../../../formats/sqlite.ts';

/** What a database format's reader finds, in the order of the file: one package's header, or a part that is lost. */
export type Stored = StoredHeader | Loss;

export interface StoredHeader {
  /** The header without magic, as `headerExport` wrote it; possibly cut short, which its reader sees. */
  readonly header: Uint8Array;
}

/** Most packages that are read of a database; no installation comes near. */
export const MAX_PACKAGES = 100_000;
