/** Pages of images: for the command that writes them, and for the publisher, who writes those of images that are new beside other work. */
import type { Digest } from '../../model/digest.ts';
import {
  bringRecords,
  hasImagePage,
  imagePages,
  readRecord,
  type UntoldImages,
  wantedImages,
} from '../catalogue/image-files.ts';
import type { ImageRecord } from '../catalogue/image-schema.ts';
import type { ImageSource, WantedImage } from '../catalogue/read-image-record.ts';
import { imagePath } from '../documents/image-path.ts';
import { rememberSize } from '../documents/image-sizes.ts';
import { writeDocuments, type WrittenDocuments } from '../documents/write-documents.ts';
import type { Programme, ProgrammeSettings } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { pagesProblem } from './programme-pages.ts';

export interface ImagePagesInput {
  readonly images: readonly WantedImage[];
  /** Of all pages. */
  readonly folder: string;
  readonly settings: Pick<ProgrammeSettings, 'registry'>;
  readonly state: Pick<ProgrammeState, 'remember'>;
  /** Asked where an image has no record. */
  readonly source: () => Promise<ImageSource>;
}

export interface WrittenImages extends WrittenDocuments {
  readonly untold: readonly UntoldImages[];
}

/** Who reads quarantine in the publisher's name. */
export type PublisherSource = Omit<ImageSource, 'path'>;

/** Images without a record in the folder. */
function withoutRecord(images: readonly WantedImage[], folder: string): readonly WantedImage[] {
  return images.filter(({ repository, image }) => readRecord(folder, repository, image.digest) === null);
}

/**
 * First all records, since an image's page tells what it stands on, then the pages.
 *
 * @throws {Error} of node:fs
 * @throws {HallmarkError} what keeps the source from being opened
 */
export async function writeImagePages(input: ImagePagesInput): Promise<WrittenImages> {
  const { images, folder, settings, state } = input;
  const missing = withoutRecord(images, folder);
  const records: string[] = [];
  const onRecord = ({ repository, digest, sizeBytes }: ImageRecord): void => {
    rememberSize(state, digest, sizeBytes);
    records.push(`${imagePath(repository, digest)}.json`);
  };
  const untold =
    missing.length === 0 ? [] : await bringRecords(missing, folder, await input.source(), onRecord);
  const pages = writeDocuments(imagePages(images, folder, settings.registry), folder, { write: true });
  const known = images.length - missing.length;
  return { changed: [...records.sort(), ...pages.changed], unchanged: known + pages.unchanged, untold };
}

/** What {@link writeImagePages} would change. Nobody is asked: of an image without a record both files would be new. */
export function compareImagePages({
  images,
  folder,
  settings,
}: Pick<ImagePagesInput, 'images' | 'folder' | 'settings'>): WrittenImages {
  const missing = withoutRecord(images, folder);
  const added = missing
    .map(({ repository, image }) => imagePath(repository, image.digest))
    .flatMap((path) => [`${path}.json`, `${path}.md`]);
  const pages = writeDocuments(imagePages(images, folder, settings.registry), folder, { write: false });
  const known = images.length - missing.length;
  return { changed: [...added, ...pages.changed], unchanged: known + pages.unchanged, untold: [] };
}

export interface ImagePagesOptions {
  readonly state: Pick<ProgrammeState, 'tagStates' | 'remember'>;
  readonly source: PublisherSource;
  readonly signal: AbortSignal;
  /** Told once of each problem. */
  readonly onProblem: (message: string) => void;
  /** Told when there are new ones, to which other pages then link. */
  readonly onWritten: (programme: Programme) => void;
  /** What should not have happened. */
  readonly onFault: (error: unknown) => void;
}

/** Nothing that is published waits for it. */
export interface PublishedImagePages {
  /** Returns at once. */
  begin(programme: Programme): void;
  /** Waits for what is on its way. */
  end(): Promise<void>;
}

export function createImagePages(options: ImagePagesOptions): PublishedImagePages {
  const { state, source, signal, onProblem, onWritten, onFault } = options;
  /** What quarantine does not tell today is not asked for with every publication: another process, and the command, ask again. */
  const untold = new Set<Digest>();
  const told = new Set<string>();
  /** Whose pages are to be written next. */
  let waiting: Programme | null = null;
  let isWriting = false;
  let writing = Promise.resolve();

  async function write(programme: Programme, folder: string): Promise<void> {
    const images = wantedImages(state.tagStates(), null).filter(
      ({ repository, image: { digest } }) => !untold.has(digest) && !hasImagePage(folder, repository, digest),
    );
    if (images.length === 0) return;
    const { settings } = programme;
    const written = await writeImagePages({
      images,
      folder,
      settings,
      state,
      source: async () => ({ ...source, path: settings.registry.quarantine }),
    });
    for (const { image, because } of written.untold) {
      if (image !== null) untold.add(image.image.digest);
      tell(because);
    }
    if (written.changed.length > 0) onWritten(programme);
  }

  function tell(message: string): void {
    if (!told.has(message)) onProblem(message);
    told.add(message);
  }

  async function writeAll(): Promise<void> {
    while (waiting !== null && !signal.aborted) {
      const programme: Programme = waiting;
      waiting = null;
      const { pages } = programme.settings;
      try {
        if (pages?.images === true) await write(programme, pages.folder);
      } catch (error) {
        if (signal.aborted) return;
        tell(pagesProblem(error));
      }
    }
    isWriting = false;
  }

  return {
    begin(programme) {
      waiting = programme;
      if (isWriting) return;
      isWriting = true;
      writing = writeAll().catch(onFault);
    },
    end: () => writing,
  };
}
