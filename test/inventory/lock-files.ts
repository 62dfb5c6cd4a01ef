/** What tests of lock files ask again and again. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Cataloger, JsonValue } from '../../src/inventory/cataloger.ts';
import type { Package } from '../../src/model/package.ts';
import { fixture, inventoryOf, type LayerFiles } from './layer-stack.ts';

/** Name and version, as the lists of expected packages have them. */
export function rowOf({ name, version }: Pick<Package, 'name' | 'version'>): string {
  return `${name}\t${version}`;
}

/** The rows of a list of expected packages. */
export function expectedRows(path: string): string[] {
  return fixture(path).toString().trim().split('\n').sort();
}

/** Purls of what one cataloger makes of files, each with what it needs, and the codes of its coverage. */
export function catalogOf(
  cataloger: Cataloger,
  files: LayerFiles,
): {
  readonly purls: readonly string[];
  readonly packages: readonly Package[];
  readonly codes: readonly string[];
} {
  const { packages, coverage } = inventoryOf([files], { catalogers: [cataloger] });
  return {
    purls: packages.map(({ purl }) => purl),
    packages,
    codes: coverage.map(({ code, subject }) => `${code} ${subject}`),
  };
}

/** Names with the names of what they need. */
export function edgesOf(packages: readonly Package[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    packages
      .filter(({ dependsOn }) => dependsOn.length > 0)
      .map(({ name, dependsOn }) => [name, dependsOn.map((id) => id.replace(/^pkg:npm\//, ''))]),
  );
}

/** Whatever happens to a real file, reading and cataloging it neither throws nor makes more than is in it. */
export function assertRobust(
  cataloger: Cataloger,
  path: string,
  content: Uint8Array,
  pieces: readonly string[],
): void {
  const check = (bytes: Uint8Array) => {
    const { record, coverage } = cataloger.read({ path, content: bytes });
    assert.ok(coverage.length <= 2);
    if (record === null) return;
    const copy = JSON.parse(JSON.stringify(record)) as JsonValue;
    const { packages } = cataloger.catalog(new Map([[path, copy]]), { distribution: null });
    assert.ok(packages.length <= bytes.length);
  };
  fc.assert(
    fc.property(fc.nat(content.length), (length) => check(content.subarray(0, length))),
    { numRuns: 60 },
  );
  fc.assert(
    fc.property(fc.nat(content.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const damaged = Uint8Array.from(content);
      damaged[at] = (damaged[at] ?? 0) ^ mask;
      check(damaged);
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })), { maxLength: 30 }),
      (parts) => check(Buffer.from(parts.join(''))),
    ),
    { numRuns: 200 },
  );
}
