import type { DatabaseSync } from 'node:sqlite';
import type { AffectedPackage } from '../advisory.ts';
import { compareKeys, packageKey } from '../facts/fact.ts';

/** Collects which statement of which advisory speaks of which package, to be written in the order of the keys. */
export interface PackageTable {
  add(entry: AffectedPackage, advisory: number, statement: number): void;
  /** Writes ecosystems, packages and what is said of them; the number of statements. */
  write(database: DatabaseSync): number;
}

export function createPackageTable(): PackageTable {
  const numbers = new Map<string, number>();
  // package, advisory, statement: flat, for there are hundreds of thousands
  const rows: number[] = [];
  return {
    add(entry, advisory, statement) {
      const key = packageKey(entry);
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      rows.push(number, advisory, statement);
    },
    write(database) {
      const ranks = writePackages(database, [...numbers.keys()].sort(compareKeys));
      const rankOf = new Map([...numbers].map(([key, number]) => [number, ranks.get(key) ?? 0]));
      return writeAffected(database, rows, rankOf);
    },
  };
}

/** Ecosystems and packages, numbered from 1 in the order of their keys. */
function writePackages(database: DatabaseSync, keys: readonly string[]): ReadonlyMap<string, number> {
  const putEcosystem = database.prepare('INSERT INTO ecosystem VALUES (?, ?, ?, ?)');
  const putPackage = database.prepare('INSERT INTO package VALUES (?, ?, ?)');
  const ecosystems = new Map<string, number>();
  const ranks = new Map<string, number>();
  for (const key of keys) {
    const [ecosystem = '', naming = '', scheme = '', name = ''] = key.split('\n');
    const about = `${ecosystem}\n${naming}\n${scheme}`;
    let number = ecosystems.get(about);
    if (number === undefined) {
      number = ecosystems.size + 1;
      ecosystems.set(about, number);
      putEcosystem.run(number, ecosystem, naming, scheme);
    }
    ranks.set(key, ranks.size + 1);
    putPackage.run(number, name, ranks.size);
  }
  return ranks;
}

function writeAffected(
  database: DatabaseSync,
  rows: readonly number[],
  rankOf: ReadonlyMap<number, number>,
): number {
  const put = database.prepare('INSERT INTO affected VALUES (?, ?, ?)');
  const order = new Float64Array(rows.length / 3);
  // rank and place in one number: sorting numbers is many times faster than sorting rows
  for (let row = 0; row < order.length; row += 1) {
    order[row] = (rankOf.get(rows[row * 3] ?? -1) ?? 0) * order.length + row;
  }
  order.sort();
  for (const rank of order) {
    const row = rank % order.length;
    put.run(Math.floor(rank / order.length), rows[row * 3 + 1] ?? 0, rows[row * 3 + 2] ?? 0);
  }
  return order.length;
}
