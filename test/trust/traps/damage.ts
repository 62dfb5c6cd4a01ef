/** Evidence that somebody, or chance, has changed somewhere: its bytes, a field of its JSON, or what a field holds in base64. */
import { isObject } from '../../../src/formats/json.ts';

/** Numbers below a bound, the same in every run. Numerical Recipes, "quick and dirty". */
export type Random = (below: number) => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pick = <T>(items: readonly T[], random: Random): T | undefined => items[random(items.length)];

/** Changes bytes, as JSON where they are and as chance will have it. */
export function damage(bytes: Buffer, random: Random): Buffer {
  const document = random(4) === 0 ? undefined : parsed(bytes);
  return document === undefined ? damageBytes(bytes, random) : damageDocument(document, random);
}

const BYTES: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => {
    const flipped = Buffer.from(bytes);
    const at = random(flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
    return flipped;
  },
  (bytes, random) => {
    const set = Buffer.from(bytes);
    set[random(set.length)] = random(256);
    return set;
  },
  (bytes, random) => {
    const at = random(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(8))]);
  },
  (bytes, random) => {
    const at = random(bytes.length);
    const piece = bytes.subarray(random(bytes.length), bytes.length).subarray(0, 1 + random(40));
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
];

const damageBytes = (bytes: Buffer, random: Random): Buffer =>
  bytes.length === 0 ? Buffer.of(random(256)) : (pick(BYTES, random)?.(bytes, random) ?? bytes);

function damageDocument(document: unknown, random: Random): Buffer {
  const copy: unknown = structuredClone(document);
  const places = placesIn(copy);
  const place = pick(places, random);
  if (place === undefined) return Buffer.from('null');
  const { holder, name } = place;
  const value = holder[name];
  const other = pick(places, random);
  const isField = !Array.isArray(holder);
  switch (random(isField ? 8 : 7)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete holder[name];
      break;
    case 1:
      holder[name] = pick(VALUES, random);
      break;
    case 2:
      holder[name] = structuredClone(other?.holder[other.name]);
      break;
    case 3:
      holder[name] = Array.isArray(value) ? [...value, ...structuredClone(value)] : [value];
      break;
    case 7: {
      // the same field twice, with another value first
      const key = JSON.stringify(name);
      const text = JSON.stringify(document);
      return Buffer.from(
        text.replace(`${key}:`, () => `${key}:${JSON.stringify(pick(VALUES, random))},${key}:`),
      );
    }
    default:
      holder[name] = typeof value === 'string' ? damageText(value, random) : pick(VALUES, random);
  }
  return Buffer.from(JSON.stringify(copy) ?? 'null');
}

/** Values that readers trip over. */
const VALUES: readonly unknown[] = [
  null,
  true,
  '',
  '0',
  0,
  -1,
  2 ** 53,
  1e300,
  'AAAA',
  '2026-06-01T12:00:00Z',
  '\u0000',
  '\ud800',
  'x'.repeat(5_000),
  [],
  [[]],
  {},
];

/** What a text holds in base64 is changed as often as the text. */
function damageText(text: string, random: Random): string {
  const bytes = Buffer.from(text, 'base64');
  const isEncoded = text.length > 3 && bytes.toString('base64') === text;
  return isEncoded && random(4) > 0
    ? damage(bytes, random).toString('base64')
    : damageBytes(Buffer.from(text), random).toString();
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

function placesIn(value: unknown): Place[] {
  if (!isObject(value) && !Array.isArray(value)) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
