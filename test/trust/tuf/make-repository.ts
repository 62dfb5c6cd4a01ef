/** TUF repositories for tests: signed by real keys, and changed in one place where a test wants an attack. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalize } from '@tufjs/canonical-json';

export type Role = 'root' | 'timestamp' | 'snapshot' | 'targets';

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  /** The key as metadata has it. */
  readonly document: object;
}

/** By path below the mirror. */
export type Files = Map<string, Uint8Array>;

export function makeKey(id?: string): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const document = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  return { id: id ?? sha256(Buffer.from(canonicalize(document))), privateKey, document };
}

export interface RepositoryPlan {
  readonly keys: Readonly<Record<Role, readonly SigningKey[]>>;
  readonly versions: Readonly<Record<Role, number>>;
  readonly expires: Readonly<Record<Role, string>>;
  readonly thresholds: Readonly<Record<Role, number>>;
  /** By name. */
  readonly targets: Readonly<Record<string, Uint8Array>>;
  /** Signs the root besides: the keys of the root before. */
  readonly formerRootKeys: readonly SigningKey[];
  /** Changes what is to be signed. */
  readonly edit?: (role: string, signed: Record<string, unknown>) => void;
  /** Changes the signatures. */
  readonly editSignatures?: (role: string, signatures: object[]) => object[];
  /** A role that the targets delegate all names to. */
  readonly delegated?: { readonly name: string; readonly key: SigningKey; readonly signer?: SigningKey };
}

export function makePlan(targets: Readonly<Record<string, Uint8Array>>): RepositoryPlan {
  return {
    keys: every(() => [makeKey()]),
    versions: every(() => 1),
    expires: every(() => '2026-12-31T00:00:00Z'),
    thresholds: every(() => 1),
    targets,
    formerRootKeys: [],
  };
}

function every<T>(value: () => T): Record<Role, T> {
  return { root: value(), timestamp: value(), snapshot: value(), targets: value() };
}

/** A new version of some roles. */
export function next(plan: RepositoryPlan, ...roles: readonly Role[]): RepositoryPlan {
  const versions = { ...plan.versions };
  for (const role of roles) versions[role] += 1;
  return { ...plan, versions };
}

/** The files that a mirror serves for a plan. */
export function makeRepository(plan: RepositoryPlan): Files {
  const files: Files = new Map();
  const { keys, versions, delegated } = plan;
  const keyList = Object.values(keys).flat();
  const root = metadata(plan, 'root', [...keys.root, ...plan.formerRootKeys], {
    consistent_snapshot: true,
    keys: Object.fromEntries(keyList.map((key) => [key.id, key.document])),
    roles: Object.fromEntries(
      Object.entries(keys).map(([role, list]) => [
        role,
        { keyids: list.map(({ id }) => id), threshold: plan.thresholds[role as Role] },
      ]),
    ),
  });
  files.set(`${versions.root}.root.json`, root);

  const ownTargets = delegated === undefined ? plan.targets : {};
  const targets = metadata(plan, 'targets', keys.targets, {
    targets: describeTargets(ownTargets),
    ...(delegated === undefined ? {} : { delegations: delegations(delegated) }),
  });
  files.set(`${versions.targets}.targets.json`, targets);
  const listed: Record<string, object> = { 'targets.json': describe(targets, versions.targets) };
  if (delegated !== undefined) {
    const { name, key, signer = key } = delegated;
    const document = metadata(plan, name, [signer], { targets: describeTargets(plan.targets) });
    files.set(`${versions.targets}.${encodeURIComponent(name)}.json`, document);
    listed[`${name}.json`] = describe(document, versions.targets);
  }
  const snapshot = metadata(plan, 'snapshot', keys.snapshot, { meta: listed });
  files.set(`${versions.snapshot}.snapshot.json`, snapshot);
  files.set(
    'timestamp.json',
    metadata(plan, 'timestamp', keys.timestamp, {
      meta: { 'snapshot.json': describe(snapshot, versions.snapshot) },
    }),
  );
  for (const [name, content] of Object.entries(plan.targets)) {
    files.set(`targets/${sha256(content)}.${name}`, content);
  }
  return files;
}

function delegations({ name, key }: { readonly name: string; readonly key: SigningKey }): object {
  return {
    keys: { [key.id]: key.document },
    roles: [{ name, keyids: [key.id], threshold: 1, terminating: true, paths: ['*'] }],
  };
}

function metadata(
  plan: RepositoryPlan,
  role: string,
  keys: readonly SigningKey[],
  content: object,
): Uint8Array {
  const known =
    (['root', 'timestamp', 'snapshot', 'targets'] as const).find((one) => one === role) ?? 'targets';
  const signed: Record<string, unknown> = {
    _type: known,
    spec_version: '1.0.31',
    version: plan.versions[known],
    expires: plan.expires[known],
    ...content,
  };
  plan.edit?.(role, signed);
  const bytes = Buffer.from(canonicalize(signed));
  const signatures = keys.map(({ id, privateKey }) => ({
    keyid: id,
    sig: sign(null, bytes, privateKey).toString('hex'),
  }));
  return Buffer.from(
    JSON.stringify({ signed, signatures: plan.editSignatures?.(role, signatures) ?? signatures }),
  );
}

function describe(content: Uint8Array, version: number): object {
  return { version, length: content.length, hashes: { sha256: sha256(content) } };
}

function describeTargets(targets: Readonly<Record<string, Uint8Array>>): object {
  return Object.fromEntries(
    Object.entries(targets).map(([name, content]) => [
      name,
      { length: content.length, hashes: { sha256: sha256(content) } },
    ]),
  );
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
