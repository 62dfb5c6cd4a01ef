import { isSqlite } from '../../../../formats/sqlite.ts';
import { isBerkeleyDb, readBerkeleyDb } from './berkeley-db.ts';
import { resolveDependencies } from './dependencies.ts';
import { parseHeader } from './header.ts';
import { isNdb, readNdb } from './ndb.ts';
import { packageIdentity, readRpmPackage, type RpmPackage, type RpmPackageReading } from './package.ts';
import { readSqlite } from './sqlite.ts';
import { MAX_PACKAGES, type Stored } from './stored-header.ts';

/** Newest first: the order in which rpm looks for a database (lib/dbi.c, `backends`). */
export const DATABASE_FORMATS = ['sqlite', 'ndb', 'bdb'] as const;

export type DatabaseFormat = (typeof DATABASE_FORMATS)[number];

interface Format {
  isFormat(content: Buffer): boolean;
  /** Never throws; takes time and memory in proportion to the content. */
  read(content: Buffer): Generator<Stored>;
}

const FORMATS: Readonly<Record<DatabaseFormat, Format>> = {
  sqlite: { isFormat: isSqlite, read: readSqlite },
  ndb: { isFormat: isNdb, read: readNdb },
  bdb: { isFormat: isBerkeleyDb, read: readBerkeleyDb },
};

export interface RpmDatabase {
  readonly format: DatabaseFormat;
  /** Sorted. With the signing keys, which rpm keeps as packages named `gpg-pubkey` without architecture and source. */
  readonly packages: readonly RpmPackage[];
  /** What could not be read of the file; null when everything could. */
  readonly losses: { readonly places: number; readonly first: string } | null;
}

/** File names of the whole database: a long directory that many base names share costs a file little. */
const MAX_FILE_CHARS = 192 * 1024 * 1024;

/** Reads an rpm database, whose format its first bytes tell; null when they tell none of the three. */
export function readRpmDatabase(bytes: Uint8Array): RpmDatabase | null {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = DATABASE_FORMATS.find((name) => FORMATS[name].isFormat(content));
  if (format === undefined) return null;

  const readings: RpmPackageReading[] = [];
  let places = 0;
  let first = '';
  let fileChars = MAX_FILE_CHARS;
  const lose = (what: string) => {
    if (places === 0) first = what;
    places += 1;
  };
  for (const stored of FORMATS[format].read(content)) {
    if ('lost' in stored) {
      lose(stored.lost);
      continue;
    }
    const header = parseHeader(stored.header);
    const reading = readRpmPackage(header, fileChars);
    const damage = reading === null ? (header.damage ?? 'a header without a name') : reading.damage;
    if (damage !== null) lose(damage);
    if (reading === null) continue;
    if (readings.length === MAX_PACKAGES) {
      lose(`packages beyond the first ${MAX_PACKAGES}`);
      break;
    }
    fileChars -= reading.package.files.length;
    readings.push(reading);
  }
  return {
    format,
    packages: resolveDependencies(readings).sort(byIdentity),
    losses: places === 0 ? null : { places, first },
  };
}

function byIdentity(a: RpmPackage, b: RpmPackage): number {
  const [left, right] = [packageIdentity(a), packageIdentity(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
