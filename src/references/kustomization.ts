import { isMap, isScalar, isSeq } from 'yaml';
import type { ImageUse } from './image-use.ts';
import { createPositions } from './positions.ts';
import { parseDocuments } from './yaml-references.ts';

/**
 * Images that a Kustomize file puts in the place of others: `images[]` with `newName`, `newTag` or `digest`. Nothing of it can
 * be pinned with its tag kept: Kustomize takes one or the other.
 *
 * @throws {ReferenceFileError} REFERENCE_FILE_INVALID
 */
export function imagesOfKustomization(text: string, file: string): ImageUse[] {
  const positions = createPositions(text);
  return parseDocuments(text, file).flatMap(({ contents }) => {
    const images = isMap(contents) ? contents.get('images') : null;
    if (!isSeq(images)) return [];
    return images.items.flatMap((item) => {
      if (!isMap(item)) return [];
      const field = (name: string): string => {
        const node = item.get(name, true);
        return isScalar(node) && typeof node.value === 'string' ? node.value : '';
      };
      const name = field('newName') || field('name');
      const [tag, digest] = [field('newTag'), field('digest')];
      if (name === '' || (tag === '' && digest === '')) return [];
      const written = `${name}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
      const obstacle = 'Kustomize takes a tag or a digest, not both: write digest in the place of newTag';
      return [
        { reference: written, written, ...positions.at(item.range?.[0] ?? 0), literal: null, obstacle },
      ];
    });
  });
}
