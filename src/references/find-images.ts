import { basename } from 'node:path';
import { imagesOfDockerfile } from './dockerfile.ts';
import { ReferenceFileError } from './errors.ts';
import type { ImageUse, ReferenceFileKind } from './image-use.ts';
import { imagesOfKustomization } from './kustomization.ts';
import { imagesOfYaml } from './yaml-references.ts';

/** Larger than any that people write. */
export const MAX_REFERENCE_FILE_BYTES = 1024 * 1024;

/** By the names that their programs look for. */
const NAMES: readonly (readonly [RegExp, ReferenceFileKind])[] = [
  [/^(?:.+\.)?(?:Dockerfile|Containerfile)(?:\..+)?$/i, 'dockerfile'],
  [/^(?:docker-)?compose(?:[.-].+)?\.ya?ml$/i, 'compose'],
  [/^kustomization\.ya?ml$|^Kustomization$/, 'kustomization'],
  [/^\.gitlab-ci\.ya?ml$/, 'gitlab-ci'],
  [/^action\.ya?ml$/, 'github-workflow'],
];

/** By what stands at the beginning of a line; the first that fits. */
const CONTENTS: readonly (readonly [RegExp, ReferenceFileKind])[] = [
  [/^kind:\s*["']?Kustomization\b/m, 'kustomization'],
  [/^apiVersion:/m, 'kubernetes'],
  [/^(?:on|'on'|"on"|true):[\s\S]*^jobs:|^jobs:[\s\S]*^(?:on|'on'|"on"):/m, 'github-workflow'],
  [/^runs:/m, 'github-workflow'],
  [/^services:/m, 'compose'],
  [/^stages:|^image:/m, 'gitlab-ci'],
  [/^\s*FROM\s+\S/im, 'dockerfile'],
];

/** What kind of file it is, by its name or else its content; null: none of those in which images are looked for. */
export function recogniseFile(path: string, text: string): ReferenceFileKind | null {
  const name = basename(path);
  const byName = NAMES.find(([pattern]) => pattern.test(name))?.[1];
  return byName ?? CONTENTS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/**
 * The images that a file names, in its order.
 *
 * @throws {ReferenceFileError} REFERENCE_FILE_UNKNOWN, REFERENCE_FILE_INVALID
 */
export function findImages(text: string, path: string): readonly ImageUse[] {
  if (Buffer.byteLength(text) > MAX_REFERENCE_FILE_BYTES) {
    const message = `${path} is larger than ${MAX_REFERENCE_FILE_BYTES} bytes`;
    throw new ReferenceFileError('REFERENCE_FILE_INVALID', message, { subject: path });
  }
  const kind = recogniseFile(path, text);
  switch (kind) {
    case null:
      throw new ReferenceFileError(
        'REFERENCE_FILE_UNKNOWN',
        `${path} names no images in a form that is known`,
        {
          subject: path,
        },
      );
    case 'dockerfile':
      return imagesOfDockerfile(text);
    case 'kustomization':
      return imagesOfKustomization(text, path);
    default:
      return imagesOfYaml(text, kind, path);
  }
}
