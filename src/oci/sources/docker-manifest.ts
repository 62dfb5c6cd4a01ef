import { readShape } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { MAX_LAYERS, MAX_MANIFEST_BYTES } from '../manifest.ts';
import { list, object, optional, string } from '../shape.ts';
import { parseStrictJson } from '../strict-json.ts';
import { cleanPath } from '../tar/entry-name.ts';
import { readDocument, type FileStore } from './file-store.ts';
import { fullName } from './location.ts';

const MAX_ARCHIVED_IMAGES = 10_000;

const manifestShape = list(
  object({
    Config: string(),
    RepoTags: optional(list(string())),
    Layers: optional(list(string(), MAX_LAYERS)),
  }),
  MAX_ARCHIVED_IMAGES,
);

/** One image of an archive. Paths are clean. */
export interface ArchivedImage {
  readonly position: number;
  readonly configPath: string;
  readonly layerPaths: readonly string[];
  readonly names: readonly string[];
}

function pathIn(archive: FileStore, text: string): string {
  const path = cleanPath(text);
  if (path !== null && path !== '') return path;
  throw new OciError(
    'ARCHIVE_INVALID',
    `manifest.json of ${archive.name} names ${JSON.stringify(text.slice(0, 200))}`,
    {
      subject: archive.name,
    },
  );
}

/** The images that `manifest.json` lists; null where there is no such file. */
export async function readArchivedImages(
  archive: FileStore,
  signal?: AbortSignal,
): Promise<ArchivedImage[] | null> {
  const bytes = await readDocument(archive, 'manifest.json', MAX_MANIFEST_BYTES, signal);
  if (bytes === null) return null;
  const subject = `manifest.json of ${archive.name}`;
  const value = parseStrictJson(bytes, { subject, maxBytes: MAX_MANIFEST_BYTES });
  return readShape(manifestShape, value, subject).map((entry, position) => ({
    position,
    configPath: pathIn(archive, entry.Config),
    layerPaths: (entry.Layers ?? []).map((path) => pathIn(archive, path)),
    names: entry.RepoTags ?? [],
  }));
}

/** How a user can name an image of the archive: by its first name, or by its position. */
export const labelOf = (image: ArchivedImage): string => image.names[0] ?? `@${image.position}`;

/** True when the user means this image: by a name in short or in full, or by `@3`, its position counted from 0. */
function isNamed(image: ArchivedImage, name: string): boolean {
  return name === `@${image.position}` || image.names.some((one) => fullName(one) === fullName(name));
}

/**
 * The images of an archive that are meant: one, or when `every` is wished all that the name leaves.
 *
 * @throws {OciError} IMAGE_NOT_FOUND, IMAGE_AMBIGUOUS
 */
export function chooseArchived(
  images: readonly ArchivedImage[],
  name: string | null,
  archive: FileStore,
  every: boolean,
): readonly ArchivedImage[] {
  const subject = archive.name;
  const list = images.slice(0, 50).map(labelOf).join(', ');
  const found = name === null ? images : images.filter((image) => isNamed(image, name));
  if (found.length === 0) {
    const message = `${subject} has no image ${name ?? 'at all'}; it has ${list || 'none'}`;
    throw new OciError('IMAGE_NOT_FOUND', message, { subject });
  }
  if (every) return found;
  const differ = new Set(found.map((image) => image.configPath)).size > 1;
  if (!differ) return found.slice(0, 1);
  throw new OciError('IMAGE_AMBIGUOUS', `${subject} holds ${found.length} images that are meant: ${list}`, {
    subject,
    remedy: 'Add the name of one, or :@0, :@1 and so on for its position.',
  });
}
