/** Pins of outside images: a folder of files as docker-library/official-images keeps it in `.external-pins`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { LibraryError } from '../errors.ts';
import type { ExternalPins } from './programme.ts';

const MAX_PINS = 100_000;
const MAX_DEPTH = 16;
const MAX_PIN_BYTES = 1024;

/** Stands for the colon before the tag, which some file systems do not have. */
const COLON = '___';

/**
 * Reads `<image>___<tag>`, each a file with one digest. Images go by the names that Dockerfiles write, so `library/` is left
 * out. What has no `___` in its name, or lies in the folder itself, is no pin but a script; links are not followed.
 *
 * @throws {LibraryError} PIN_INVALID
 */
export function readExternalPins(folder: string): ExternalPins {
  const pins = new Map<string, Digest>();
  for (const path of filesBelow(folder, '', 0)) {
    if (!path.includes('/') || !path.includes(COLON)) continue;
    const image = path.replace(COLON, ':').replace(/^library\//, '');
    pins.set(image, readPin(join(folder, path)));
    if (pins.size > MAX_PINS) {
      throw new LibraryError('PIN_INVALID', `${folder} has more than ${MAX_PINS} pins`, { subject: folder });
    }
  }
  return pins;
}

/** Paths relative to the root, in the order of their names. */
function* filesBelow(root: string, below: string, depth: number): Generator<string, void, undefined> {
  if (depth > MAX_DEPTH) {
    throw new LibraryError('PIN_INVALID', `${join(root, below)} lies too deep`, { subject: root });
  }
  const entries = readdirSync(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(root, path, depth + 1);
    else if (entry.isFile()) yield path;
  }
}

function readPin(file: string): Digest {
  const text = readBoundedFile(file, MAX_PIN_BYTES)?.toString('utf8').trim() ?? '';
  if (isDigest(text)) return text;
  throw new LibraryError('PIN_INVALID', `${file} does not hold a digest`, { subject: file });
}
