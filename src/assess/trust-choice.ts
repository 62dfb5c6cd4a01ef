/** Whom the user says to trust: keys, identities and policies of the command line and of files, and what verifies them. */
import { resolve } from 'node:path';
import { readBoundedFile } from '../files/bounded-file.ts';
import { chooseTrustRoot } from '../trust/material/choose-trust-root.ts';
import { TrustError, type TrustErrorCode } from '../trust/errors.ts';
import { parsePublicKey } from '../trust/material/keys.ts';
import type {
  CertificateStore,
  SigstoreRoot,
  TrustedKey,
  TrustMaterial,
} from '../trust/material/material.ts';
import { readTrustStore } from '../trust/notation/read-trust-store.ts';
import { toCertificateStores } from '../trust/notation/trust-store.ts';
import { type Asked, type AskedIdentity, policyOf } from '../trust/policy/ask.ts';
import type { LocatedPolicy } from '../trust/policy/locate-policy.ts';
import { findPolicy } from '../trust/policy/policy-file.ts';
import type { ProvenanceExpectation, TrustPolicy } from '../trust/policy/policy.ts';
import { PREDICATE_TYPES } from '../trust/statements/predicate-types.ts';
import { parseTrustedRoot } from '../trust/material/trusted-root.ts';
import { dataDirectory, type Environment } from './directories.ts';

/** What the command line says about whom to trust. */
export interface TrustRequest {
  /** False: no policy, not even the one of the working directory. */
  readonly policy?: string | false | undefined;
  /** Files with public keys. */
  readonly keys: readonly string[];
  readonly identity: AskedIdentity | null;
  /** Type addresses of attestations that must be there. */
  readonly attestations: readonly (readonly string[])[];
  /** Null: provenance is not asked for. */
  readonly provenance: ProvenanceExpectation | null;
  readonly maxAgeSeconds: number | null;
  readonly needsLog: boolean;
  readonly trustedRoots: readonly string[];
  /** Folder of certificates in the layout of Notation. */
  readonly trustStore?: string | undefined;
  readonly environment: Environment;
  /** Absolute. */
  readonly workingDirectory: string;
}

/** What is asked where nobody is named: the policy decides, with the public trust root. */
export const NOTHING_ASKED = {
  keys: [],
  identity: null,
  attestations: [],
  provenance: null,
  maxAgeSeconds: null,
  needsLog: false,
  trustedRoots: [],
} as const satisfies Partial<TrustRequest>;

export interface TrustChoice {
  readonly material: TrustMaterial;
  /** The policy that speaks of a repository; null when none does. */
  readonly policyFor: (repository: string) => TrustPolicy | null;
}

/**
 * Reads the keys, roots and policies that were asked for. Keys and identities of the command line take the place of a policy.
 *
 * @throws {TrustError} for what cannot be read or used
 */
export async function chooseTrust(request: TrustRequest): Promise<TrustChoice> {
  const keys = request.keys.map((file) => readKey(file, request));
  const isAsked = keys.length > 0 || request.identity !== null;
  const located = isAsked ? null : await readPolicy(request);
  const asked = isAsked ? toAsked(request, keys) : null;
  return {
    material: {
      sigstore: [...rootsOf(request, located)],
      keys: [...keys, ...(located?.keys ?? [])],
      stores: storesOf(request, located),
    },
    policyFor: (repository) => (asked === null ? (located?.policy ?? null) : policyOf(asked, repository)),
  };
}

/** What reads policies takes a tenth of a second to load, so it is loaded when there is one. */
async function readPolicy({
  policy: given,
  environment,
  workingDirectory,
}: TrustRequest): Promise<LocatedPolicy | null> {
  const found = given === false ? null : findPolicy({ given, environment, workingDirectory });
  if (found === null) return null;
  const { readFoundPolicy } = await import('../trust/policy/locate-policy.ts');
  return readFoundPolicy(found);
}

function toAsked(request: TrustRequest, keys: readonly TrustedKey[]): Asked {
  const { identity, attestations, provenance: expected, maxAgeSeconds, needsLog } = request;
  return {
    keys,
    identity,
    attestations,
    provenance: expected === null ? null : { types: PREDICATE_TYPES['slsa-provenance'], expected },
    maxAgeSeconds,
    needsLog,
  };
}

function readKey(file: string, { workingDirectory, needsLog }: TrustRequest): TrustedKey {
  const { key, id } = parsePublicKey(readFile(resolve(workingDirectory, file), 'KEY_INVALID'), file);
  return { name: file, key, id, from: null, to: null, distrustedFrom: null, needsLog };
}

function rootsOf(request: TrustRequest, located: LocatedPolicy | null): readonly SigstoreRoot[] {
  const { trustedRoots, environment, workingDirectory } = request;
  const ofPolicy = (located?.roots ?? []).map(({ name, file }) =>
    readRoot(resolve(located?.folder ?? workingDirectory, file), name),
  );
  // who names a root means that one: nothing else is trusted beside it
  const others =
    trustedRoots.length > 0
      ? trustedRoots.map((given) => givenRoot(given, workingDirectory))
      : chooseTrustRoot({ dataDirectory: dataDirectory(environment) });
  // an authority of the policy names its root: another one of the same name must not speak in its place
  const own = new Set(ofPolicy.map(({ name }) => name));
  return [...ofPolicy, ...others.filter(({ name }) => !own.has(name))];
}

/** `FILE`, or `NAME=FILE` for a name that policies use. */
function givenRoot(given: string, workingDirectory: string): SigstoreRoot {
  const [, name = given, file = given] = /^([a-z0-9][a-z0-9.-]{0,63})=(.+)$/.exec(given) ?? [];
  return readRoot(resolve(workingDirectory, file), name);
}

const readRoot = (path: string, name: string): SigstoreRoot =>
  parseTrustedRoot(readFile(path, 'TRUSTED_ROOT_INVALID'), { name, origin: 'file' });

function storesOf(
  { trustStore, workingDirectory }: TrustRequest,
  located: LocatedPolicy | null,
): readonly CertificateStore[] {
  const given = trustStore === undefined ? [] : readTrustStore(resolve(workingDirectory, trustStore));
  const ofPolicy = (located?.stores ?? []).flatMap(({ name, files }) => {
    const folder = name.replace(':', '/');
    return toCertificateStores(
      files.map((file) => ({
        path: `x509/${folder}/${file.replaceAll('/', '_')}`,
        content: readFile(resolve(located?.folder ?? workingDirectory, file), 'TRUST_STORE_INVALID'),
      })),
    );
  });
  return [...given, ...ofPolicy];
}

/** Larger than any key, certificate or trust root. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

function readFile(path: string, code: TrustErrorCode): Buffer {
  let bytes: Buffer | null;
  try {
    bytes = readBoundedFile(path, MAX_FILE_BYTES);
  } catch (cause) {
    throw new TrustError(code, `${path} cannot be read`, { subject: path, cause });
  }
  if (bytes !== null) return bytes;
  throw new TrustError(code, `${path} has more than ${MAX_FILE_BYTES} bytes`, { subject: path });
}
