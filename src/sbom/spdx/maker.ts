import { type Package, SYSTEM_TYPES } from '../../model/package.ts';
import { formatActor, parseActor } from '../bill.ts';
import { plainName, plainText } from './plain-text.ts';

/** Who made or distributes a package. SPDX 2.3, sections 7.5 and 7.6. */
export interface Maker {
  /** Who distributes a system's package is its supplier; packages of languages name their authors. */
  readonly role: 'originator' | 'supplier';
  readonly name: string;
  readonly email: string | null;
}

export function makerOf({ type, supplier }: Pick<Package, 'supplier' | 'type'>): Maker | null {
  if (supplier === null || supplier.trim() === '') return null;
  const { name, email } = parseActor(supplier);
  const role = SYSTEM_TYPES.has(type) ? 'supplier' : 'originator';
  return { role, name: plainName(name), email: plainText(email) };
}

/** `Person: name (address)`; whoever gives no address is taken for an organisation. */
export function formatMaker({ name, email }: Maker): string {
  return email === null ? `Organization: ${name}` : `Person: ${name} (${email})`;
}

/** `syft-1.38.0` is `syft 1.38.0`. */
export function readToolName(name: string): string | null {
  return name.trim().replace(/-(?=v?\d[^-]*(?:-[^-]*)?$)/, ' ') || null;
}

/** Null for `NOASSERTION` and what else names nobody. */
export function readMaker(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const named = /^(?:Organization|Person|Tool):\s*(\S.*)$/s.exec(text.trim())?.[1] ?? null;
  if (named === null) return null;
  const open = named.lastIndexOf('(');
  const email = named.endsWith(')') ? named.slice(open + 1, -1) : '';
  if (open < 1 || !/^[^\s@()]+@[^\s@()]+$/.test(email)) return named;
  return formatActor({ name: named.slice(0, open).trim(), email });
}
