/** What an upstream source is: where it publishes, how that is fetched, and on what terms. */

/** How a source publishes, which decides how little of it has to be fetched again. */
export type Retrieval =
  /** Files, each fetched whole where it has changed. `optional`: addresses at which there may be nothing (yet). */
  | { readonly kind: 'files'; readonly optional?: boolean }
  /** One file a day, the date in its name; the address ends before the date. */
  | { readonly kind: 'daily-file'; readonly ending: string }
  /** Folders of OSV's export: `all.zip`, `modified_id.csv` and a file for each record. */
  | { readonly kind: 'osv-export' }
  /** OSV's convention for publishers: `all.json` lists the records, `ID.json` is one. */
  | { readonly kind: 'osv-rest' }
  /** Folders of CSAF documents with `changes.csv` and `deletions.csv`, and an archive of all. */
  | { readonly kind: 'csaf-directory' }
  /** NVD's API 2.0: pages, and later windows of time. */
  | { readonly kind: 'nvd-api' }
  /** Repositories of rpm packages, whose `repodata/repomd.xml` names `updateinfo`. */
  | { readonly kind: 'rpm-repository' }
  /** A list in pages of JSON. */
  | { readonly kind: 'json-pages'; readonly pages: PageShape }
  /** Files of a git repository. */
  | {
      readonly kind: 'git';
      /** Null: the repository's default branch. */
      readonly branch: string | null;
      /** Folders to read, each with a slash at its end; empty: all. */
      readonly folders: readonly string[];
      /** What names of files to read end in. */
      readonly endings: readonly string[];
    };

/** Where a page keeps its records and says which page is next. */
export interface PageShape {
  /** Member with the list of records. */
  readonly records: string;
  /** Member of a record that names it. */
  readonly name: string;
  /** `link`: the member `links.next` has the next address; `number`: `page` counts up to the member `pages`. */
  readonly next: 'link' | 'number';
}

export interface Upstream {
  readonly id: string;
  readonly title: string;
  /** Null for a source that may not be fetched at all. */
  readonly retrieval: Retrieval | null;
  /** Where it is published; the user may name mirrors in their place. */
  readonly addresses: readonly string[];
  readonly licence: string;
  /** Why nobody may fetch it without having read its terms; null where everybody may. */
  readonly terms: string | null;
  /** Fetched by `--upstream`. */
  readonly byDefault: boolean;
  /** How often news can be expected, in hours: what "fresh" means for it. */
  readonly everyHours: number;
  /** Roughly what a first fetch transfers, in bytes. */
  readonly sizeBytes: number;
}
