/**
 * Every cataloger on damaged evidence: the real files of the exhibits, cut, with bits turned over, with pieces taken out,
 * doubled, exchanged with another file's. A cataloger may say that it cannot read a file, and may find less or nonsense;
 * it never throws, and the rest of the image is cataloged all the same.
 *
 * The damage is drawn from a fixed seed, so that a failure can be had again; HALLMARK_FUZZ_ROUNDS makes it longer.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { allExhibits } from './exhibits/all.ts';
import { inventoryOf, type LayerFiles } from './layer-stack.ts';

const ROUNDS = Number(process.env['HALLMARK_FUZZ_ROUNDS'] ?? 3);
/** Larger files are damaged once a round all the same, but not in every way. */
const LARGE_BYTES = 256 * 1024;

/** A sequence of numbers below a bound that is the same in every run. Numerical Recipes, "quick and dirty". */
function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof createRandom>;

const DAMAGES: readonly ((bytes: Buffer, random: Random, other: Buffer) => Buffer)[] = [
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => bytes.subarray(random(bytes.length)),
  (bytes, random) => {
    const damaged = Buffer.from(bytes);
    for (let times = 0; times < 8; times += 1) {
      const at = random(damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << random(8));
    }
    return damaged;
  },
  (bytes, random) => {
    const [from, to] = [random(bytes.length), random(bytes.length)].sort((a, b) => a - b);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const from = random(bytes.length);
    const piece = bytes.subarray(from, from + 1 + random(64));
    return Buffer.concat([
      bytes.subarray(0, from),
      ...Array.from({ length: 50 }, () => piece),
      bytes.subarray(from),
    ]);
  },
  (bytes, random, other) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(random(other.length), random(other.length))]);
  },
  (bytes, random) => {
    const damaged = Buffer.from(bytes);
    // lengths and offsets that point far away
    const at = random(Math.max(1, damaged.length - 8));
    damaged.fill(random(2) === 0 ? 0xff : 0x7f, at, Math.min(damaged.length, at + 1 + random(8)));
    return damaged;
  },
];

function bytesOf(value: LayerFiles[string]): Buffer | null {
  if (typeof value === 'string') return Buffer.from(value);
  return value instanceof Uint8Array ? Buffer.from(value) : null;
}

const exhibits = await allExhibits();
const corpus = exhibits.map((exhibit) => ({ exhibit, files: exhibit.files() }));
const anything = corpus.flatMap(({ files }) => Object.values(files).flatMap((value) => bytesOf(value) ?? []));

for (const [number, { exhibit, files }] of corpus.entries()) {
  test(`${exhibit.ecosystem}, ${exhibit.cataloger}: damaged evidence`, () => {
    const random = createRandom(number + 1);
    for (let round = 0; round < ROUNDS; round += 1) {
      const damaged: LayerFiles = Object.fromEntries(
        Object.entries(files).map(([path, value]) => {
          const bytes = bytesOf(value);
          if (bytes === null || bytes.length === 0 || (bytes.length > LARGE_BYTES && round > 0)) {
            return [path, value];
          }
          const damage = DAMAGES[random(DAMAGES.length)] ?? assert.fail();
          return [path, damage(bytes, random, anything[random(anything.length)] ?? bytes)];
        }),
      );
      const { coverage } = inventoryOf([damaged]);
      const thrown = coverage.filter(({ message }) => /cataloger failed/.test(message));
      assert.deepEqual(thrown, [], `round ${round}`);
    }
  });
}
