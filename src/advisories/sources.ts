import { DISTRIBUTION_SOURCES } from './sources/distributions.ts';
import { FLAW_SOURCES } from './sources/flaws.ts';
import { LANGUAGE_SOURCES } from './sources/languages.ts';
import { PRODUCT_SOURCES } from './sources/products.ts';
import { RPM_DISTRIBUTION_SOURCES } from './sources/rpm-distributions.ts';
import { NOT_STATED, type SourceDescription } from './sources/source-description.ts';

export type { SourceDescription } from './sources/source-description.ts';

/** Whose an OSV record is when neither its identifier nor its ecosystem tells. */
const OTHER_OSV: SourceDescription = {
  id: 'osv',
  name: 'Other records in the OSV format',
  licence: NOT_STATED,
  attribution: null,
  redistributable: false,
  page: (id) => `https://osv.dev/vulnerability/${id}`,
};

/** Every source; of two whose prefixes an identifier has, the earlier one is meant. */
export const SOURCES: readonly SourceDescription[] = [
  ...DISTRIBUTION_SOURCES,
  ...RPM_DISTRIBUTION_SOURCES,
  ...LANGUAGE_SOURCES,
  ...PRODUCT_SOURCES,
  ...FLAW_SOURCES,
  OTHER_OSV,
];

const BY_ID = new Map(SOURCES.map((source) => [source.id, source]));

/** Undefined for an identifier that is not in the table. */
export function sourceNamed(id: string): SourceDescription | undefined {
  return BY_ID.get(id);
}

/** Who wrote an OSV record, from the ecosystems it speaks of and its identifier. `osv` when neither is known. */
export function sourceOfOsvRecord(id: string, ecosystems: readonly string[]): string {
  const bases = new Set(ecosystems.map((ecosystem) => ecosystem.split(':', 1)[0] ?? ''));
  const source =
    SOURCES.find((candidate) => candidate.ecosystems?.some((ecosystem) => bases.has(ecosystem))) ??
    SOURCES.find((candidate) => candidate.prefixes?.some((prefix) => id.startsWith(prefix)));
  return source?.id ?? 'osv';
}
