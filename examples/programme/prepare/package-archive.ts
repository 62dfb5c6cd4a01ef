/** An archive with one package, served on loopback: the part of the world that releases a fix. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './programs.ts';

export const PACKAGE = 'example-tool';

export interface PackageArchive extends AsyncDisposable {
  readonly address: string;
  /** Releases a version; from now on it is the only one. */
  release(version: string): void;
}

export async function startArchive(): Promise<PackageArchive> {
  const files = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const file = files.get((request.url ?? '').replace(/^\/(?:\.\/)*/, ''));
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    release(version) {
      const { name, bytes, control } = makePackage(version);
      files.clear();
      files.set(name, bytes);
      const stanza = [
        control.trimEnd(),
        `Filename: ./${name}`,
        `Size: ${bytes.length}`,
        `SHA256: ${createHash('sha256').update(bytes).digest('hex')}`,
      ];
      files.set('Packages', Buffer.from(`${stanza.join('\n')}\n`));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function makePackage(version: string) {
  const control = `Package: ${PACKAGE}\nVersion: ${version}\nArchitecture: all\nMaintainer: Example Programme <programme@example.org>\nDescription: says its version\n`;
  const scratch = mkdtempSync(join(tmpdir(), 'example-package-'));
  try {
    const root = join(scratch, 'root');
    const program = join(root, 'usr/bin', PACKAGE);
    mkdirSync(join(root, 'DEBIAN'), { recursive: true });
    mkdirSync(join(root, 'usr/bin'), { recursive: true });
    writeFileSync(join(root, 'DEBIAN/control'), control);
    writeFileSync(program, `#!/bin/sh\necho '${PACKAGE} ${version}'\n`);
    chmodSync(program, 0o755);
    const name = `${PACKAGE}_${version}_all.deb`;
    const file = join(scratch, name);
    run('dpkg-deb', ['--build', '--root-owner-group', root, file]);
    return { name, bytes: readFileSync(file), control };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
