import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HallmarkError } from '../../model/errors.ts';
import { OciError } from '../errors.ts';
import {
  anything,
  applyShape,
  object,
  optional,
  record,
  type Shaped,
  ShapeMismatch,
  string,
} from '../shape.ts';
import { askCredentialHelper } from './credential-helper.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** How somebody proves to a registry who they are. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token, to be exchanged for an access token. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** An access token, to be sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

const FILE_BYTES = 1024 * 1024;

/** Docker Hub's credentials are stored under the address of its first API. */
const HUB_SERVER = 'https://index.docker.io/v1/';
const HUB_NAMES: readonly string[] = ['index.docker.io', 'docker.io', 'registry-1.docker.io'];

const entryShape = object({
  auth: optional(string()),
  username: optional(string()),
  password: optional(string()),
  identitytoken: optional(string()),
  registrytoken: optional(string()),
});

const fileShape = object({
  auths: optional(record(anything)),
  credsStore: optional(string()),
  credHelpers: optional(record(string())),
});

/**
 * The user's credentials for a repository from the first file that has some: the one that REGISTRY_AUTH_FILE names,
 * Docker's `config.json` (in DOCKER_CONFIG or `~/.docker`), podman's `containers/auth.json` in XDG_RUNTIME_DIR. In a
 * file a helper for the registry comes first, then the store for all registries, then what is written in the file.
 * docker/cli, "Credential stores" and "Credential helpers"; containers-auth.json(5).
 *
 * @param host as references name the registry: `docker.io`, `localhost:5000`
 * @throws {OciError} REGISTRY_CREDENTIALS
 */
export async function findCredentials(
  host: string,
  repository: string,
  environment: Environment,
): Promise<Credentials | null> {
  const names = storedNames(host, repository);
  const server = host === 'docker.io' ? HUB_SERVER : host;
  for (const path of credentialFiles(environment)) {
    const file = await readCredentialFile(path);
    if (file === null) continue;
    const helper = pick(file.credHelpers, names);
    for (const name of [helper, file.credsStore]) {
      if (!name) continue;
      const answer = await askCredentialHelper(name, server, environment);
      if (answer === null) continue;
      return answer.username === '<token>'
        ? { kind: 'identity-token', token: answer.secret }
        : { kind: 'password', username: answer.username, password: answer.secret };
    }
    const written = toCredentials(pick(file.auths, names), path);
    if (written !== null) return written;
  }
  return null;
}

function credentialFiles(environment: Environment): string[] {
  const { REGISTRY_AUTH_FILE, DOCKER_CONFIG, HOME, XDG_RUNTIME_DIR } = environment;
  const docker = DOCKER_CONFIG || (HOME && join(HOME, '.docker'));
  return [
    REGISTRY_AUTH_FILE,
    docker && join(docker, 'config.json'),
    XDG_RUNTIME_DIR && join(XDG_RUNTIME_DIR, 'containers', 'auth.json'),
  ].filter((path): path is string => path !== undefined && path !== '');
}

/** A file that is not there holds no credentials; one that cannot be read or is not JSON is an error. */
async function readCredentialFile(path: string): Promise<Shaped<typeof fileShape> | null> {
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES) throw unreadable(path, `is larger than ${FILE_BYTES} bytes`);
    const file = applyShape(fileShape, JSON.parse(await readFile(path, 'utf8')));
    if (!(file instanceof ShapeMismatch)) return file;
    throw unreadable(path, `has an unexpected value at ${JSON.stringify(file.place)}`);
  } catch (error) {
    if (error instanceof HallmarkError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    // JSON.parse quotes the text around the fault, which may be a password: neither message nor cause is kept.
    throw unreadable(path, code === null ? 'is not JSON' : `cannot be read (${code})`);
  }
}

/** Keys under which credentials for a repository may stand, the most specific first. containers-auth.json(5). */
function storedNames(host: string, repository: string): string[] {
  const parts = repository.split('/');
  const names = parts.map((_, index) => `${host}/${parts.slice(0, parts.length - index).join('/')}`);
  return [...names, ...(host === 'docker.io' ? HUB_NAMES : [host])];
}

/** Older programs wrote a whole address as the key: `https://host/v1/` is `host`. */
function normalName(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/(?:\/v[12])?\/?$/, '');
}

function pick<T>(entries: Readonly<Record<string, T>> | null, names: readonly string[]): T | undefined {
  const stored = new Map<string, T>();
  for (const [key, value] of Object.entries(entries ?? {})) {
    const name = normalName(key);
    // The exact spelling wins over an address that means the same.
    if (key === name || !stored.has(name)) stored.set(name, value);
  }
  const name = names.find((candidate) => stored.has(candidate));
  return name === undefined ? undefined : stored.get(name);
}

function toCredentials(stored: unknown, path: string): Credentials | null {
  if (stored === undefined) return null;
  const entry = applyShape(entryShape, stored);
  if (entry instanceof ShapeMismatch) throw unreadable(path, 'has an unexpected value in "auths"');
  const { auth, username, password, identitytoken, registrytoken } = entry;
  if (registrytoken) return { kind: 'registry-token', token: registrytoken };
  if (identitytoken) return { kind: 'identity-token', token: identitytoken };
  if (username && password) return { kind: 'password', username, password };
  if (!auth) return null;
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) throw unreadable(path, 'has an "auth" that is not base64 of user:password');
  // Docker pads passwords with NUL.
  return {
    kind: 'password',
    username: decoded.slice(0, colon),
    password: decoded.slice(colon + 1).replace(/\0+$/, ''),
  };
}

function unreadable(path: string, reason: string): OciError {
  return new OciError('REGISTRY_CREDENTIALS', `${path} ${reason}`, { subject: path });
}
