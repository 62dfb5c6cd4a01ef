import { DefinitionError } from '../../definitions/errors.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import { digestOf } from '../../model/digest.ts';
import { builtInKeys } from '../material/built-in.ts';
import { parsePublicKey } from '../material/keys.ts';
import type { TrustError } from '../errors.ts';
import type { TrustedKey } from '../material/material.ts';
import { BUILT_IN_POLICIES, type BuiltInName } from './built-in.ts';
import { findTie } from './choose-rule.ts';
import { nearestField } from './field-names.ts';
import type { RuleDefinition, TrustPolicy } from './policy.ts';
import { faultsOf } from './policy-faults.ts';
import { PolicyFile, type StatedRule } from './policy-schema.ts';
import { type Fault, type ReadFile, readYamlFile } from './read-yaml-file.ts';
import { toAuthority, toRule, toWindow } from './to-policy.ts';

/** A policy, and the trust material that it brings along. */
export interface PolicyReading {
  readonly policy: TrustPolicy;
  readonly keys: readonly TrustedKey[];
  readonly roots: readonly RootFile[];
  readonly stores: readonly StoreFiles[];
}

/** A trusted root to load with `parseTrustedRoot`. */
export interface RootFile {
  readonly name: string;
  /** As written: relative to the policy. */
  readonly file: string;
}

/** Certificates to load into a store. */
export interface StoreFiles {
  /** `ca:acme`. */
  readonly name: string;
  readonly files: readonly string[];
}

/** Where a policy comes from. */
export interface PolicySource {
  /** Its file, for messages and places. */
  readonly name: string;
  /** The text of a file that it names. Throws a TrustError where that cannot be read. */
  read(file: string): string;
}

const MAX_PATTERNS = 4_000;

type Stated = ReadFile<PolicyFile>;

/**
 * Reads `hallmark-trust.yaml`.
 *
 * @throws {TrustError} POLICY_INVALID, with line and column of each fault; KEY_INVALID, and what `source.read` throws
 */
export function parseTrustPolicy(text: string, source: PolicySource): PolicyReading {
  const own = readPolicyFile(text, source.name);
  const brought = own.value.use.map((name) => readPolicyFile(BUILT_IN_POLICIES[name], builtInName(name)));
  const all = [own, ...brought];
  const keys = [
    ...keysIn(own.value, source),
    ...builtInKeys().filter(({ name }) => own.value.use.some((used) => used === name)),
  ];
  const rules = all.flatMap(({ value: file, positionOf }) =>
    file.rules.map((rule, index) => {
      const { line } = positionOf(['rules', index]);
      const definition = definitionOf(rule, source, (message) =>
        own.refuse([{ path: ['rules', index, 'definition'], message }]),
      );
      return toRule(rule, { place: file === own.value ? `${source.name}:${line}` : null, definition });
    }),
  );
  const known = own.value.authorities;
  const twice = brought
    .flatMap(({ value: file }) => Object.keys(file.authorities))
    .find((name) => Object.hasOwn(known, name));
  if (twice !== undefined) {
    const message = 'is the name of an authority that use brings';
    throw own.refuse([{ path: ['authorities', twice], message }]);
  }
  const tie = findTie(rules);
  if (tie !== null) throw own.refuse([tieFault(tie, rules)]);
  const authorities = all.flatMap(({ value: file }) =>
    Object.entries(file.authorities).map(([name, authority]) => {
      const key = authority.key === undefined ? null : (keys.find((each) => each.name === name) ?? null);
      return [name, toAuthority(authority, key)] as const;
    }),
  );
  return {
    policy: {
      name: source.name,
      digest: digestOf(text),
      authorities: Object.fromEntries(authorities),
      rules,
      fallback: own.value.default,
    },
    keys,
    roots: Object.entries(own.value.roots).map(([name, { trustedRoot }]) => ({ name, file: trustedRoot })),
    stores: Object.entries(own.value.stores).map(([name, files]) => ({ name, files })),
  };
}

function readPolicyFile(text: string, name: string): Stated {
  const stated = readYamlFile(text, PolicyFile, { name, code: 'POLICY_INVALID', nearest: nearestField });
  const { rules } = stated.value;
  const patterns = rules.reduce((sum, { repositories }) => sum + repositories.length, 0);
  if (patterns > MAX_PATTERNS) {
    throw stated.refuse([
      { path: ['rules'], message: `has ${patterns} patterns; at most ${MAX_PATTERNS} are read` },
    ]);
  }
  const faults = faultsOf(stated.value);
  if (faults.length > 0) throw stated.refuse(faults);
  return stated;
}

function keysIn(file: PolicyFile, source: PolicySource): readonly TrustedKey[] {
  return Object.entries(file.authorities).flatMap(([name, authority]) => {
    if (authority.key === undefined) return [];
    const pem = isPem(authority.key) ? authority.key : source.read(authority.key);
    return [{ name, ...parsePublicKey(pem, `the key of ${name}`), ...toWindow(authority) }];
  });
}

/** @param refuse of a file that is no definition */
function definitionOf(
  { definition: file }: StatedRule,
  source: PolicySource,
  refuse: (message: string) => TrustError,
): RuleDefinition | null {
  if (file === undefined) return null;
  const text = source.read(file);
  try {
    return { file, definition: parseDefinition(text, { name: file }) };
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw refuse(`no definition: ${error.message}`);
  }
}

const isPem = (text: string): boolean => text.trimStart().startsWith('-----BEGIN ');

const builtInName = (name: BuiltInName): string => `the built-in ${name}`;

function tieFault(tie: NonNullable<ReturnType<typeof findTie>>, rules: TrustPolicy['rules']): Fault {
  const { first, second } = tie;
  const message =
    first.pattern.text === second.pattern.text
      ? `${second.pattern.text} is spoken for by the rule ${first.rule.name} too`
      : `${second.pattern.text} and ${first.pattern.text} of the rule ${first.rule.name} meet, and neither is more specific`;
  return { path: ['rules', rules.indexOf(second.rule.place === null ? first.rule : second.rule)], message };
}
