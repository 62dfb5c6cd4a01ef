import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rejectsWith } from '../../../test/registry/opening.ts';
import { exchange, readBody } from './exchange.ts';
import type { HttpRequest, HttpResponse, Transport } from './transport.ts';

/** A network in memory: redirects by address; everything else answers 200. */
function network(redirects: Readonly<Record<string, string>>) {
  const sent: (readonly [url: string, authorization: string | undefined])[] = [];
  const transport: Transport = {
    async request({ url, headers }) {
      sent.push([url.href, headers['authorization']]);
      return answer(new Map(Object.entries(redirects)).get(url.href));
    },
    async close() {},
  };
  return { transport, sent };
}

function answer(location: string | undefined): HttpResponse {
  return {
    status: location === undefined ? 200 : 307,
    header: (name) => (name === 'location' ? (location ?? null) : null),
    body: chunks('0123456789'),
    async discard() {},
  };
}

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

const get = (url: string, method: 'GET' | 'POST' = 'GET'): HttpRequest => ({
  method,
  url: new URL(url),
  headers: { authorization: 'Bearer secret' },
  signal: new AbortController().signal,
});

test('credentials stay at the first origin, also when a redirect returns there', async () => {
  const { transport, sent } = network({
    'https://a.example/1': '/2',
    'https://a.example/2': 'https://a.example:444/3',
    'https://a.example:444/3': 'https://a.example/4',
  });
  const response = await exchange(transport, get('https://a.example/1'));
  assert.deepEqual(sent, [
    ['https://a.example/1', 'Bearer secret'],
    ['https://a.example/2', 'Bearer secret'],
    ['https://a.example:444/3', undefined],
    ['https://a.example/4', undefined],
  ]);
  assert.deepEqual([response.elsewhere, response.url.href], [true, 'https://a.example/4']);
});

test('a redirect that is not safe to follow is an error', async () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['https://a.example/', 'http://a.example/', /it leads to plain HTTP/],
    ['https://a.example/', 'file:///etc/passwd', /its target is file:/],
    ['https://a.example/', 'https://', /its target is not an address/],
    ['https://a.example/', 'https://127.0.0.1/', /it leads to this machine/],
    ['https://a.example/', 'https://[::1]/', /it leads to this machine/],
    ['http://a.example/', 'http://localhost/', /it leads to this machine/],
    ['https://a.example/', 'https://a.example/', /more than 5 in a row/],
  ];
  for (const [from, to, message] of cases) {
    const { transport, sent } = network({ [from]: to });
    await rejectsWith('REGISTRY_PROTOCOL', message, () => exchange(transport, get(from)));
    assert.ok(sent.every(([url]) => url === from));
  }
});

test('a request with a body is not redirected: the body may be a secret', async () => {
  const { transport, sent } = network({ 'https://a.example/token': 'https://b.example/token' });
  const response = await exchange(transport, get('https://a.example/token', 'POST'));
  assert.deepEqual([response.status, sent.length], [307, 1]);
});

test('a body is read up to its bound', async () => {
  const { transport } = network({});
  const response = () => exchange(transport, get('https://a.example/'));
  assert.equal((await readBody(await response(), 10)).toString(), '0123456789');
  await rejectsWith('REGISTRY_PROTOCOL', /more than 9 bytes/, async () => readBody(await response(), 9));
});
