import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrustError } from '../errors.ts';
import type { CertificateStore } from '../material/material.ts';
import { toCertificateStores, type TrustStoreFile } from './trust-store.ts';

const MAX_FILES = 1000;
const MAX_FILE_BYTES = 1024 * 1024;
/** `x509`, the type, the name, and the files. */
const DEPTH = 4;

/**
 * Reads a trust store from the disk, such as `~/.config/notation/truststore`.
 *
 * @throws {TrustError} TRUST_STORE_INVALID
 */
export function readTrustStore(folder: string): readonly CertificateStore[] {
  const files: TrustStoreFile[] = [];
  collect(folder, [], files);
  if (files.length === 0) throw invalid(folder, 'holds no certificates');
  return toCertificateStores(files);
}

function collect(folder: string, path: readonly string[], files: TrustStoreFile[]): void {
  for (const entry of list(join(folder, ...path))) {
    const place = [...path, entry.name];
    const file = join(folder, ...place);
    // a link could lead to where others can write
    if (entry.isSymbolicLink()) throw invalid(file, 'is a symbolic link');
    if (entry.isDirectory() && place.length < DEPTH) {
      collect(folder, place, files);
    } else {
      if (!entry.isFile()) throw invalid(file, 'is no regular file');
      if (files.length === MAX_FILES) throw invalid(folder, `holds more than ${MAX_FILES} files`);
      files.push({ path: place.join('/'), content: readBounded(file) });
    }
  }
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw invalid(folder, 'cannot be read', cause);
  }
}

function readBounded(file: string): Uint8Array {
  try {
    if (lstatSync(file).size <= MAX_FILE_BYTES) return readFileSync(file);
  } catch (cause) {
    throw invalid(file, 'cannot be read', cause);
  }
  throw invalid(file, `has more than ${MAX_FILE_BYTES} bytes`);
}

function invalid(subject: string, reason: string, cause?: unknown): TrustError {
  return new TrustError('TRUST_STORE_INVALID', `${subject} ${reason}`, { subject, cause });
}
