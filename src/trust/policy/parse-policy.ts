import type { z } from 'zod';
import { readYamlLines, type YamlReading } from '../../formats/yaml-lines.ts';
import { TrustError } from '../errors.ts';
import type { TrustedKey } from '../material.ts';
import { BUILT_IN_POLICIES, type BuiltInName } from './built-in.ts';
import { findTie } from './choose-rule.ts';
import { nearestField } from './field-names.ts';
import { loadKey } from './load-key.ts';
import type { TrustPolicy } from './policy.ts';
import { type Fault, faultsOf } from './policy-faults.ts';
import { PolicyFile } from './policy-schema.ts';
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

/** In UTF-16 code units: thousands of rules. */
const MAX_LENGTH = 1024 * 1024;
const MAX_PATTERNS = 4_000;
/** Faults that one message lists. */
const MAX_FAULTS = 10;

type Stated = { readonly file: PolicyFile; readonly yaml: Extract<YamlReading, { positionOf: unknown }> };

/**
 * Reads `hallmark-trust.yaml`.
 *
 * @throws {TrustError} POLICY_INVALID, with line and column of each fault; KEY_INVALID, and what `source.read` throws
 */
export function parseTrustPolicy(text: string, source: PolicySource): PolicyReading {
  const own = readPolicyFile(text, source.name);
  const brought = own.file.use.map((name) => readPolicyFile(BUILT_IN_POLICIES[name], builtInName(name)));
  const all = [own, ...brought];
  const keys = all.flatMap(({ file }) => keysIn(file, source));
  const rules = all.flatMap(({ file, yaml }) =>
    file.rules.map((rule, index) => {
      const { line } = yaml.positionOf(['rules', index]);
      return toRule(rule, file === own.file ? `${source.name}:${line}` : null);
    }),
  );
  const known = own.file.authorities;
  const twice = brought
    .flatMap(({ file }) => Object.keys(file.authorities))
    .find((name) => Object.hasOwn(known, name));
  if (twice !== undefined) {
    refuse(own, source.name, [
      { path: ['authorities', twice], message: 'is the name of an authority that use brings' },
    ]);
  }
  const tie = findTie(rules);
  if (tie !== null) refuse(own, source.name, [tieFault(tie, rules)]);
  const authorities = all.flatMap(({ file }) =>
    Object.entries(file.authorities).map(([name, authority]) => {
      const key = authority.key === undefined ? null : (keys.find((each) => each.name === name) ?? null);
      return [name, toAuthority(authority, key)] as const;
    }),
  );
  return {
    policy: {
      name: source.name,
      authorities: Object.fromEntries(authorities),
      rules,
      fallback: own.file.default,
    },
    keys,
    roots: Object.entries(own.file.roots).map(([name, { trustedRoot }]) => ({ name, file: trustedRoot })),
    stores: Object.entries(own.file.stores).map(([name, files]) => ({ name, files })),
  };
}

function readPolicyFile(text: string, name: string): Stated {
  if (text.length > MAX_LENGTH) {
    throw invalid(name, [`it has ${text.length} characters; at most ${MAX_LENGTH} are read`]);
  }
  const yaml = readDeep(text, name);
  if ('fault' in yaml) throw invalid(name, [`line ${yaml.line}, column ${yaml.column}: ${yaml.fault}`]);
  const parsed = PolicyFile.safeParse(yaml.value);
  if (!parsed.success) throw invalid(name, describe(parsed.error.issues.flatMap(toFaults), yaml));
  const stated = { file: parsed.data, yaml };
  const patterns = parsed.data.rules.reduce((sum, { repositories }) => sum + repositories.length, 0);
  if (patterns > MAX_PATTERNS)
    throw invalid(name, [`it has ${patterns} patterns; at most ${MAX_PATTERNS} are read`]);
  const faults = faultsOf(parsed.data);
  if (faults.length > 0) refuse(stated, name, faults);
  return stated;
}

/** The library reads by recursion: nesting without end is answered as what it is. */
function readDeep(text: string, name: string): YamlReading {
  try {
    return readYamlLines(text);
  } catch (cause) {
    if (cause instanceof RangeError) throw invalid(name, ['it is nested too deeply'], cause);
    throw cause;
  }
}

function keysIn(file: PolicyFile, source: PolicySource): readonly TrustedKey[] {
  return Object.entries(file.authorities).flatMap(([name, authority]) => {
    if (authority.key === undefined) return [];
    const pem = isPem(authority.key) ? authority.key : source.read(authority.key);
    return [{ ...loadKey(name, pem), ...toWindow(authority) }];
  });
}

const isPem = (text: string): boolean => text.trimStart().startsWith('-----BEGIN ');

const builtInName = (name: BuiltInName): string => `the built-in ${name}`;

function toFaults(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => {
    const meant = nearestField(key);
    const hint = meant === null ? '' : `; is ${meant} meant?`;
    return { path: [...issue.path, key], message: `is no field${hint}` };
  });
}

function tieFault(tie: NonNullable<ReturnType<typeof findTie>>, rules: TrustPolicy['rules']): Fault {
  const { first, second } = tie;
  const message =
    first.pattern.text === second.pattern.text
      ? `${second.pattern.text} is spoken for by the rule ${first.rule.name} too`
      : `${second.pattern.text} and ${first.pattern.text} of the rule ${first.rule.name} meet, and neither is more specific`;
  return { path: ['rules', rules.indexOf(second.rule.place === null ? first.rule : second.rule)], message };
}

function refuse({ yaml }: Stated, name: string, faults: readonly Fault[]): never {
  throw invalid(name, describe(faults, yaml));
}

function describe(faults: readonly Fault[], yaml: Stated['yaml']): readonly string[] {
  const described = faults.slice(0, MAX_FAULTS).map(({ path, message }) => {
    const { line, column } = yaml.positionOf(path);
    const field = path.length === 0 ? 'the file' : path.map(String).join('.');
    return `line ${line}, column ${column}: ${field}: ${message}`;
  });
  return faults.length > MAX_FAULTS ? [...described, `and ${faults.length - MAX_FAULTS} more`] : described;
}

function invalid(name: string, faults: readonly string[], cause?: unknown): TrustError {
  return new TrustError('POLICY_INVALID', `${name} cannot be used: ${faults.join('; ')}`, {
    subject: name,
    cause,
  });
}
