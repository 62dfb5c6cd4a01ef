import { z } from 'zod';
import { applySchema } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { MAX_LAYERS, MAX_MANIFEST_BYTES } from '../manifest.ts';
import { parseStrictJson } from '../strict-json.ts';
import { cleanPath } from '../tar/entry-name.ts';
import { readDocument, type FileStore } from './file-store.ts';
import { fullName, type Location } from './location.ts';

const MAX_ARCHIVED_IMAGES = 10_000;

const manifestSchema = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).max(MAX_LAYERS).nullish(),
    }),
  )
  .max(MAX_ARCHIVED_IMAGES);

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
  return applySchema(manifestSchema, value, subject).map((entry, position) => ({
    position,
    configPath: pathIn(archive, entry.Config),
    layerPaths: (entry.Layers ?? []).map((path) => pathIn(archive, path)),
    names: entry.RepoTags ?? [],
  }));
}

/** How a user can name an image of the archive: by its first name, or by its position. */
export const labelOf = (image: ArchivedImage): string => image.names[0] ?? `@${image.position}`;

/** The images that are meant: one, or with platform `all` every one that the choice leaves. */
export function chooseArchived(
  images: readonly ArchivedImage[],
  { name, position }: Pick<Location, 'name' | 'position'>,
  archive: FileStore,
  every: boolean,
): readonly ArchivedImage[] {
  const list = images.slice(0, 50).map(labelOf).join(', ');
  const wanted = name === null ? null : fullName(name);
  const found = images.filter(
    (image) =>
      (position === null || image.position === position) &&
      (wanted === null || image.names.some((one) => fullName(one) === wanted)),
  );
  if (found.length === 0) {
    const meant = name ?? (position === null ? 'at all' : `@${position}`);
    throw new OciError('IMAGE_NOT_FOUND', `${archive.name} has no image ${meant}; it has ${list || 'none'}`, {
      subject: archive.name,
    });
  }
  if (every || new Set(found.map((image) => image.configPath)).size === 1)
    return every ? found : found.slice(0, 1);
  throw new OciError(
    'IMAGE_AMBIGUOUS',
    `${archive.name} holds ${found.length} images that are meant: ${list}`,
    {
      subject: archive.name,
      remedy: 'Add the name of one, or :@0, :@1 and so on for its position.',
    },
  );
}
