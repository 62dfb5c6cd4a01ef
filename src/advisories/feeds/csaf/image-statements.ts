import type { FeedItem } from '../../feed.ts';
import type { VexStatement, VexStatus } from '../../vex/vex-statement.ts';
import { justificationNamed } from '../../vex/vex-text.ts';

/** What a document says about a flaw in container images. */
export interface StatedImages {
  /** Identifier of the document. */
  readonly id: string;
  readonly flaw: string;
  readonly source: string;
  readonly author: string;
  /** RFC 3339 */
  readonly modified: string | null;
  readonly lists: readonly {
    readonly status: VexStatus;
    readonly images: readonly {
      readonly productId: string;
      readonly purl: string;
      readonly digest: string | null;
    }[];
  }[];
  /** Why a product is not affected (CSAF 3.2.3.5), by product identifier. */
  readonly labels: ReadonlyMap<string, string>;
}

/** One VEX statement for the images of which the same is said for the same reason. */
export function* imageStatements(stated: StatedImages): Iterable<FeedItem> {
  const { id, flaw, source, author, modified, lists, labels } = stated;
  for (const { status, images } of lists) {
    const alike = Map.groupBy(images, ({ productId }) => justificationNamed(labels.get(productId)));
    for (const [justification, members] of alike) {
      // an image is listed once for each product that it is in
      const digests = new Map(members.map(({ purl, digest }) => [purl, digest]));
      const products = [...digests].map(([purl, digest]) => {
        return { identifiers: [purl], digests: digest === null ? [] : [digest], subcomponents: [] };
      });
      const statement: VexStatement = {
        document: id,
        source,
        author,
        modified,
        flaws: [flaw],
        status,
        justification,
        note: null,
        products,
      };
      yield { kind: 'vex', statement, part: [flaw, status, justification].filter(Boolean).join(' ') };
    }
  }
}
