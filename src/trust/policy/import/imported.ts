/** What the importers of other programs' policies have in common. */
import { stringify } from 'yaml';
import { type z } from 'zod';
import { POLICY_SCHEMA, type PolicyFile } from '../policy-schema.ts';

/** Something that could not be carried over as it is. */
export interface Loss {
  /** Where it stands in the original: `transports.docker["docker.io"][0].signedIdentity`. */
  readonly item: string;
  /** What became of it, and what to do. */
  readonly reason: string;
  /** `weaker`: something is admitted that was not before. `stricter`: the reverse. `same`: neither. */
  readonly effect: 'weaker' | 'stricter' | 'same';
}

export interface Imported {
  /** A policy in Hallmark's form. */
  readonly yaml: string;
  readonly losses: readonly Loss[];
}

export type WrittenPolicy = z.input<typeof PolicyFile>;
export type WrittenRule = NonNullable<WrittenPolicy['rules']>[number];
export type WrittenAuthority = NonNullable<WrittenPolicy['authorities']>[string];
export type WrittenPattern = string | { readonly glob: string };

/** Authorities by name, each once; another one of a name that is taken gets a number. */
export interface AuthorityList {
  /** @returns the name under which it is known */
  add(name: string, authority: WrittenAuthority): string;
  all(): Readonly<Record<string, WrittenAuthority>>;
}

export function createAuthorityList(): AuthorityList {
  const byName = new Map<string, WrittenAuthority>();
  const nameOf = new Map<string, string>();
  return {
    add(wanted, authority) {
      const written = JSON.stringify(authority);
      const known = nameOf.get(written);
      if (known !== undefined) return known;
      const base =
        wanted
          .replaceAll(/[^a-zA-Z0-9._-]+/g, '-')
          .replace(/^[^a-zA-Z0-9]+/, '')
          .slice(0, 80) || 'authority';
      let name = base;
      for (let number = 2; byName.has(name); number += 1) name = `${base}-${number}`;
      byName.set(name, authority);
      nameOf.set(written, name);
      return name;
    },
    all: () => Object.fromEntries(byName),
  };
}

/** @param from what it was imported from, for the first line */
export function writePolicy(from: string, policy: Omit<WrittenPolicy, 'schema'>): string {
  const { authorities = {}, stores = {}, roots = {}, ...rest } = policy;
  const filled = Object.entries({ roots, stores, authorities }).filter(
    ([, map]) => Object.keys(map).length > 0,
  );
  const document = {
    schema: POLICY_SCHEMA,
    default: rest.default,
    ...Object.fromEntries(filled),
    rules: rest.rules,
  };
  return `# Imported from ${from}.\n${stringify(document, { lineWidth: 110, aliasDuplicateObjects: false })}`;
}

/** A file to be made by hand, with how: the policy names it, so that nothing is trusted in its place. */
export const toBeMade = (item: string, file: string, how: string): Loss => ({
  item,
  reason: `the policy names ${file}: ${how}`,
  effect: 'stricter',
});
