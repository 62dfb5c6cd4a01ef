import type { Coverage } from '../../../model/coverage.ts';
import {
  type Catalog,
  type CatalogedPackage,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { decodeText, unreadable } from '../../evidence.ts';
import { type LockedCrate, parseCargoLock } from './cargo-lock-file.ts';
import { cratePurl } from './cargo-package.ts';

export type CargoLockRecord = readonly LockedCrate[];

/**
 * Crates that a lock file of Cargo names. The application's own, which come from directories, are left out: no advisory
 * names them. The lock does not tell which of the others are for tests, builds or other systems, so all are there.
 */
export const cargoLockCataloger = defineCataloger<CargoLockRecord>({
  name: 'cargo-lock',
  version: 1,
  interests: [{ names: ['Cargo.lock'], accepts: (path) => !FOREIGN.test(path), maxBytes: 16 * 1024 * 1024 }],
  unit: (path) => path,
  read: readLock,
  catalog: catalogLocks,
});

/** Directories with the source of others: caches, vendored crates, Rust's own library, test data, Debian's sources. */
const FOREIGN =
  /(?:^|\/)(?:registry\/src|git\/checkouts|vendor|rustlib|testdata|tests?|fixtures|node_modules|usr\/share\/(?:cargo|doc))\//;

function readLock({ path, content }: EvidenceFile): ReadFile<CargoLockRecord> {
  const lock = parseCargoLock(decodeText(content));
  if (lock === null) {
    const message = 'The file is not a lock file of Cargo; crates that only it names are missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const coverage: Coverage[] = [];
  if (lock.damaged > 0) {
    const message = `${lock.damaged} entries of the lock file could not be understood; their crates are missing.`;
    coverage.push(unreadable(path, message));
  }
  if (lock.cut) {
    const message = `The lock file names more than ${lock.crates.length} crates; the rest was left out.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  return { record: lock.crates, coverage };
}

function catalogLocks(files: ReadonlyMap<string, CargoLockRecord>): Catalog {
  return { packages: [...files].flatMap(([path, crates]) => packagesOf(crates, path)), coverage: [] };
}

function packagesOf(crates: CargoLockRecord, path: string): readonly CatalogedPackage[] {
  const purls = crates.map(({ name, version, source }) => cratePurl(name, version, source));
  return crates.flatMap(({ name, version, source, sha256, dependencies }, place) => {
    const purl = purls[place];
    if (source === null || purl === undefined) return [];
    return toCatalogedPackage({
      type: 'cargo',
      presence: 'declared',
      purl,
      name,
      version,
      checksums: sha256 === null ? [] : [{ algorithm: 'sha256', hex: sha256 }],
      evidence: [path],
      dependencies: dependencies.flatMap((needed) => crates[needed]?.name ?? []),
      requires: dependencies.flatMap((needed) => purls[needed] ?? []),
    });
  });
}
