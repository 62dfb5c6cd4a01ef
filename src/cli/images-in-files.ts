import { readFileSync, statSync } from 'node:fs';
import { formatReference } from '../oci/reference.ts';
import { ReferenceFileError } from '../references/errors.ts';
import { findImages, MAX_REFERENCE_FILE_BYTES } from '../references/find-images.ts';
import { readUse } from '../references/pin.ts';
import type { ReferenceFile } from '../references/pin-files.ts';

export interface NamedImages {
  /** Each once. */
  readonly references: readonly string[];
  readonly unreadable: readonly { readonly place: string; readonly reason: string }[];
}

/** The images that Dockerfiles, Compose files, … name. @throws {ReferenceFileError} as {@link readReferenceFile} */
export function imagesInFiles(files: readonly string[]): NamedImages {
  const references = new Set<string>();
  const unreadable: { place: string; reason: string }[] = [];
  for (const path of files) {
    for (const use of findImages(readReferenceFile(path).text, path)) {
      const reference = readUse(use);
      if (reference !== null) references.add(formatReference(reference));
      else {
        const reason = use.obstacle ?? `${JSON.stringify(use.written)} is not an image reference`;
        unreadable.push({ place: `${path}:${use.line}:${use.column}`, reason });
      }
    }
  }
  return { references: [...references], unreadable };
}

/** @throws {ReferenceFileError} REFERENCE_FILE_UNREADABLE, REFERENCE_FILE_INVALID */
export function readReferenceFile(path: string): ReferenceFile {
  try {
    const { size } = statSync(path);
    if (size <= MAX_REFERENCE_FILE_BYTES) return { path, text: readFileSync(path, 'utf8') };
  } catch (cause) {
    throw new ReferenceFileError('REFERENCE_FILE_UNREADABLE', `cannot read ${path}`, {
      subject: path,
      cause,
    });
  }
  const message = `${path} is larger than ${MAX_REFERENCE_FILE_BYTES} bytes`;
  throw new ReferenceFileError('REFERENCE_FILE_INVALID', message, { subject: path });
}
