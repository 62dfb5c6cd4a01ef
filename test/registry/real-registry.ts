import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { isManifestMediaType } from '../../src/oci/manifest.ts';
import type { BuiltRoot } from '../images/image-builder.ts';

/** True where the distribution project's registry is installed, as Debian's package `docker-registry`. */
export function isRealRegistryInstalled(): boolean {
  return spawnSync('docker-registry', ['--version']).status === 0;
}

/** `ann` with the password `secret`; bcrypt, as the registry demands. */
const HTPASSWD = 'ann:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';

/** A port on loopback that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function toEndpoint({ url, authorization }: { readonly url: string; readonly authorization: string }) {
  const headers = { Authorization: [authorization] };
  // as docs/operating.md has it
  const ignore = { actions: ['pull'], mediatypes: ['application/octet-stream'] };
  return { name: 'test', url, headers, timeout: '5s', threshold: 3, backoff: '1s', ignore };
}

export interface RealRegistry extends AsyncDisposable {
  readonly host: string;
  /** Where it keeps its data. */
  readonly directory: string;
}

/** Starts a registry that keeps its data in a private directory. */
export async function startRealRegistry({
  command: [program, ...first] = ['docker-registry'],
  users = false,
  notifications = null,
}: {
  readonly command?: readonly [string, ...string[]];
  readonly users?: boolean;
  /** Told of manifests that are pushed. */
  readonly notifications?: { readonly url: string; readonly authorization: string } | null;
} = {}): Promise<RealRegistry> {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  writeFileSync(join(directory, 'htpasswd'), HTPASSWD);
  const configuration = {
    version: 0.1,
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(directory, 'data') } },
    http: { addr: host },
    ...(notifications === null ? {} : { notifications: { endpoints: [toEndpoint(notifications)] } }),
    ...(users ? { auth: { htpasswd: { realm: 'Test', path: join(directory, 'htpasswd') } } } : {}),
  };
  const file = join(directory, 'config.yml');
  writeFileSync(file, JSON.stringify(configuration));
  const child = spawn(program, [...first, 'serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  for await (const line of createInterface(child.stderr)) if (line.includes('listening on')) break;
  child.stderr.resume();
  return {
    host,
    directory,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
      rmSync(directory, { recursive: true });
    },
  };
}

/** Runs a registry for as long as `use` takes. */
export async function withRealRegistry(
  options: { readonly users?: boolean },
  use: (host: string, directory: string) => Promise<void>,
): Promise<void> {
  await using registry = await startRealRegistry(options);
  await use(registry.host, registry.directory);
}

/** Pushes blobs, then manifests, those of an index before it. OCI distribution spec, "Push". */
export async function push(
  host: string,
  repository: string,
  tag: string,
  root: BuiltRoot,
  headers = {},
): Promise<void> {
  const base = `http://${host}/v2/${repository}`;
  const all = [...root.blobs.values()];
  for (const { mediaType, digest, bytes } of all) {
    if (isManifestMediaType(mediaType)) continue;
    const started = await request(`${base}/blobs/uploads/`, { method: 'POST', headers });
    assert.equal(started.statusCode, 202, await started.body.text());
    const upload = new URL(String(started.headers['location']), base);
    upload.searchParams.set('digest', digest);
    const done = await request(upload, { method: 'PUT', body: bytes, headers });
    assert.equal(done.statusCode, 201, await done.body.text());
  }
  const manifests = all.filter(
    ({ mediaType, digest }) => isManifestMediaType(mediaType) && digest !== root.digest,
  );
  for (const manifest of [...manifests, root]) {
    const name = manifest === root ? tag : manifest.digest;
    const type = { ...headers, 'content-type': manifest.mediaType };
    const done = await request(`${base}/manifests/${name}`, {
      method: 'PUT',
      body: manifest.bytes,
      headers: type,
    });
    assert.equal(done.statusCode, 201, await done.body.text());
  }
}
