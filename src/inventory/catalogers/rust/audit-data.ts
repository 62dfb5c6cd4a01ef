/**
 * What `cargo auditable` leaves in a program: zlib-compressed JSON in a section of its own, `.dep-v0`.
 *
 *     {"packages":[{"name":"adler","version":"0.2.3","source":"crates.io","kind":"runtime","dependencies":[1],"root":true}]}
 *
 * `kind` is missing for what is built in, `dependencies` are places in the same list. rust-secure-code/cargo-auditable,
 * cargo-auditable.schema.json.
 */
import { inflateSync } from 'node:zlib';
import { isObject, type JsonObject, parseJsonObject } from '../../../formats/json.ts';
import { isCrateName } from './cargo-package.ts';

export type AuditedCrate = {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or another word. */
  readonly source: string;
  readonly isRoot: boolean;
  /** Places in the list. */
  readonly dependencies: readonly number[];
};

export interface AuditData {
  /** Crates that are built in; null in the place of one that only built them, or could not be understood. */
  readonly crates: readonly (AuditedCrate | null)[];
  readonly damaged: number;
}

/** A program of a thousand crates has 100 kB of it. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
const MAX_CRATES = 50_000;
const MAX_DEPENDENCIES = 2000;
const MAX_VERSION_LENGTH = 256;

/** Null for what is not such data. */
export function parseAuditData(section: Uint8Array): AuditData | null {
  const json = inflate(section);
  const packages = json && parseJsonObject(new TextDecoder().decode(json))?.['packages'];
  if (!Array.isArray(packages) || packages.length > MAX_CRATES) return null;
  const crates = packages.map((entry: unknown) => (isObject(entry) ? toCrate(entry) : 'damaged'));
  return {
    crates: crates.map((crate) => (typeof crate === 'string' ? null : crate)),
    damaged: crates.filter((crate) => crate === 'damaged').length,
  };
}

function toCrate(entry: JsonObject): AuditedCrate | 'damaged' | 'not built in' {
  const { name, version, source, kind, root, dependencies } = entry;
  if (typeof name !== 'string' || typeof version !== 'string') return 'damaged';
  if (!isCrateName(name) || version.length > MAX_VERSION_LENGTH) return 'damaged';
  if (kind !== undefined && kind !== 'runtime') return 'not built in';
  return {
    name,
    version,
    source: typeof source === 'string' ? source.slice(0, 50) : '',
    isRoot: root === true,
    dependencies: Array.isArray(dependencies)
      ? dependencies.filter((place) => typeof place === 'number').slice(0, MAX_DEPENDENCIES)
      : [],
  };
}

function inflate(bytes: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    // damaged, cut off, or more than any program has
    return null;
  }
}
