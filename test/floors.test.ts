import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/** The house of ARCHITECTURE.md: a room imports from rooms on lower floors and from itself, never from siblings. */
const FLOORS: Readonly<Record<string, number>> = {
  model: 0,
  versions: 1,
  oci: 1,
  advisories: 1,
  formats: 1,
  licences: 1,
  secrets: 1,
  sbom: 2,
  inventory: 2,
  trust: 2,
  findings: 2,
  checks: 3,
  advice: 3,
  policy: 3,
  assess: 4,
  report: 5,
  library: 6,
  server: 7,
  cli: 7,
};

/** Type-only imports between siblings, each with its reason. */
const ALLOWED_TYPES = new Set([
  // an advisory's ranges are intervals of versions; the type is versions/' vocabulary
  'advisories>versions',
]);

const SOURCE = resolve(import.meta.dirname, '..', 'src');

function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => join(SOURCE, path));
}

interface ImportEdge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): ImportEdge[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+'(\.[^']+)'/gms),
    ...text.matchAll(/import(\()'(\.[^']+)'\)/g),
  ].map((match) => ({
    from: relative(SOURCE, file),
    to: relative(SOURCE, resolve(dirname(file), match[2] ?? '')),
    typeOnly: match[1] !== undefined && match[1].startsWith('type'),
  }));
}

const room = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

test('every room stands on a floor of the house', () => {
  const rooms = new Set(sourceFiles().map((file) => room(relative(SOURCE, file))));
  rooms.delete('');
  for (const name of rooms) assert.ok(name in FLOORS, `src/${name} is not a room of the house`);
});

test('a room imports only from itself and from lower floors', () => {
  const edges = sourceFiles().flatMap(importsOf);
  assert.ok(edges.length > 20, 'the imports were not found');
  const wrong = edges.filter((edge) => {
    const [from, to] = [room(edge.from), room(edge.to)];
    if (from === '' || from === to) return false;
    if (edge.typeOnly && ALLOWED_TYPES.has(`${from}>${to}`)) return false;
    return !((FLOORS[from] ?? -1) > (FLOORS[to] ?? Infinity));
  });
  assert.deepEqual(wrong, []);
});
