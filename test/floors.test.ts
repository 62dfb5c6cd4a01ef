import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

/** The house of ARCHITECTURE.md: a room imports from rooms on lower floors and from itself, never from siblings. */
const FLOORS: Readonly<Record<string, number>> = {
  model: 0,
  definitions: 2,
  files: 1,
  formats: 1,
  licences: 1,
  programs: 1,
  secrets: 1,
  versions: 1,
  advisories: 2,
  oci: 2,
  findings: 3,
  inventory: 3,
  references: 3,
  sbom: 3,
  trust: 3,
  updates: 3,
  advice: 4,
  checks: 4,
  policy: 4,
  signing: 4,
  assess: 5,
  report: 6,
  library: 7,
  cli: 8,
  server: 8,
};

const SOURCE = resolve(import.meta.dirname, '..', 'src');

function sourceFiles(): string[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => join(SOURCE, path));
}

interface ImportEdge {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): ImportEdge[] {
  const text = readFileSync(file, 'utf8');
  return [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'/gms),
    ...text.matchAll(/import\('(\.[^']+)'\)/g),
  ].map((match) => ({
    from: relative(SOURCE, file),
    to: relative(SOURCE, resolve(dirname(file), match[1] ?? '')),
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
    return !((FLOORS[from] ?? -1) > (FLOORS[to] ?? Infinity));
  });
  assert.deepEqual(wrong, []);
});
