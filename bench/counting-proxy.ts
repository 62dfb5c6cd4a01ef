/** A worker thread's program: a way to a registry on this machine that counts the bytes of bodies that pass. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';

export interface CountingProxyData {
  /** Host and port of the registry. */
  readonly registry: string;
  /** One counter, of bytes. */
  readonly counted: BigUint64Array;
}

const { registry, counted } = workerData as CountingProxyData;

const server = createServer((asked, answered) => {
  const { method, url: path, headers } = asked;
  const [host, port] = registry.split(':');
  const onward = request(
    { host, port, method, path, headers: { ...headers, host: registry } },
    (response) => {
      answered.writeHead(response.statusCode ?? 502, response.headers);
      response.on('data', (chunk: Buffer) => void Atomics.add(counted, 0, BigInt(chunk.length)));
      // Whoever has enough closes the connection: that is no failure of the proxy.
      pipeline(response, answered).catch(() => response.destroy());
    },
  );
  onward.on('error', () => answered.destroy());
  onward.end();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort?.postMessage((server.address() as AddressInfo).port);
