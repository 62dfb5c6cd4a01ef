import { createHash } from 'node:crypto';
import type { Assessment } from '../model/assessment.ts';
import type { Package } from '../model/package.ts';

/** What a bill of materials is written from: an assessment, with or without findings. */
export type BillInput = Pick<Assessment, 'tool' | 'image' | 'distribution' | 'packages' | 'coverage'>;

export interface BillOptions {
  /** RFC 3339, in UTC and whole seconds. */
  readonly created: string;
  /** Lists the files that each package owns. */
  readonly files?: boolean;
  /** For formats that belong to a commit. */
  readonly origin?: BillOrigin;
}

/** Which commit a bill is submitted for, and by which job. */
export interface BillOrigin {
  /** 40 hexadecimal digits. */
  readonly sha?: string;
  /** `refs/heads/main`. */
  readonly ref?: string;
  readonly job?: {
    /** Of this run. */
    readonly id: string;
    /** The same in every run: a later bill with it replaces this one. */
    readonly correlator: string;
    readonly html_url?: string;
  };
}

/** Packages as they are written: in the order of their identifiers, by code unit, and with files only on demand. */
export function billPackages({ packages }: BillInput, { files = false }: BillOptions): readonly Package[] {
  const sorted = packages.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return files ? sorted : sorted.map((pkg) => ({ ...pkg, files: [] }));
}

/** The field with its list, or nothing for an empty list. */
export function listed<K extends string, T>(
  field: K,
  list: readonly T[],
): { readonly [key in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [field]: list } as { readonly [key in K]: readonly T[] });
}

/** Hexadecimal SHA-256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * A UUID that is the same for the same facts, whenever the bill is written. Version 8, for names of one's own making.
 * RFC 9562, section 5.8.
 */
export function billUuid(format: string, input: BillInput, options: BillOptions): string {
  const { tool, image, distribution, coverage } = input;
  const files = options.files === true;
  const facts = [format, files, tool, image, distribution, billPackages(input, options), coverage];
  const hex = sha256(JSON.stringify(facts));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** An address that may stand in a field for addresses: absolute, of the web, and without white space. */
export function isWebAddress(text: string | null): text is string {
  return text !== null && /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** CPE 2.3, or 2.2 as a URI. NIST IR 7695. */
export function isCpe(text: string | null): text is string {
  return text !== null && /^cpe:(?:2\.3:|\/)[\x21-\x7e]+$/.test(text);
}

export interface Actor {
  readonly name: string;
  readonly email: string | null;
}

/** The text that `parseActor` reads as this. */
export function formatActor({ name, email }: Actor): string {
  return email === null ? name : `${name} <${email}>`;
}

/** `Debian OpenSSL Team <pkg-openssl-devel@lists.alioth.debian.org>` in two parts; a home page in brackets is left out. */
export function parseActor(text: string): Actor {
  const open = text.indexOf('<');
  const close = text.indexOf('>', open);
  if (open < 0 || close < 0) return { name: text.trim(), email: null };
  const email = text.slice(open + 1, close).trim();
  const name = text.slice(0, open).trim();
  const plain = /^[^\s@<>()]+@[^\s@<>()]+$/.test(email);
  return { name: name || email, email: plain ? email : null };
}
