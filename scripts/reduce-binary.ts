/**
 * Makes a small fixture of a large program: `node scripts/reduce-binary.ts PROGRAM PATH-IN-IMAGE OUTPUT`.
 *
 * Kept are the first 64 bytes, the ELF header, without its tables (there are no sections and segments any more), and 256
 * bytes on both sides of each place where the clues of the `software` cataloger find the version; of what must be in the
 * file beside it, that text. Zeros stand between them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clue } from '../src/inventory/catalogers/binary/classifier.ts';
import { programSuspects } from '../src/inventory/catalogers/binary/software.ts';

const AROUND = 256;
const GAP = Buffer.alloc(64);
/** e_phoff, e_shoff, and all from e_phentsize on: System V ABI, "ELF Header". */
const TABLES_64 = [
  [32, 48],
  [54, 64],
] as const;

const [program = '', path = '', output = ''] = process.argv.slice(2);
const content = readFileSync(program);
const pieces = programSuspects(path).flatMap(({ clues }) => clues.flatMap((clue) => piecesOf(clue)));
mkdirSync(dirname(output), { recursive: true });
writeFileSync(
  output,
  Buffer.concat([withoutTables(content.subarray(0, 64)), ...pieces.flatMap((piece) => [GAP, piece]), GAP]),
);

/** What the clue looks at before it finds the version, but for places that are like the first three. */
function piecesOf(clue: Clue): readonly Buffer[] {
  const anchor = typeof clue.anchor === 'string' ? clue.anchor : clue.anchor(path);
  if (anchor === null) return [];
  const places: Buffer[] = [];
  for (
    let at = content.indexOf(anchor, 0, 'latin1');
    at >= 0;
    at = content.indexOf(anchor, at + 1, 'latin1')
  ) {
    const piece = content.subarray(Math.max(at - AROUND, 0), at + anchor.length + AROUND);
    const seen = content.toString(
      'latin1',
      Math.max(at - (clue.before ?? 64), 0),
      at + anchor.length + (clue.after ?? 96),
    );
    const found = clue.pattern.test(seen);
    if (found || places.length < 3) places.push(piece);
    if (found) break;
  }
  const beside = clue.beside === undefined ? [] : [Buffer.from(clue.beside, 'latin1')];
  return places.length === 0 ? [] : [...places, ...beside.filter((text) => content.includes(text))];
}

function withoutTables(header: Buffer): Buffer {
  const copy = Buffer.from(header);
  for (const [from, to] of TABLES_64) copy.fill(0, from, to);
  return copy;
}
