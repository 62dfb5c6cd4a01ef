import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rejectsWith } from '../../../test/registry/opening.ts';
import type { RegistryOptions } from '../image.ts';
import { parseReference } from '../reference.ts';
import { endpointsFor, isLoopback, printableAddress } from './endpoint.ts';

const addresses = (text: string, options: RegistryOptions = {}) =>
  endpointsFor(parseReference(text), options).registry.bases.map(String);

test('a registry is asked over HTTPS; plain HTTP is for loopback and for those named for it', () => {
  const cases: readonly (readonly [string, RegistryOptions, readonly string[]])[] = [
    ['debian', {}, ['https://registry-1.docker.io/']],
    ['quay.io/a/b', {}, ['https://quay.io/']],
    ['registry.example:5000/a', {}, ['https://registry.example:5000/']],
    ['localhost:5000/a', {}, ['https://localhost:5000/', 'http://localhost:5000/']],
    ['127.0.0.1:5000/a', {}, ['https://127.0.0.1:5000/', 'http://127.0.0.1:5000/']],
    ['[::1]:5000/a', {}, ['https://[::1]:5000/', 'http://[::1]:5000/']],
    ['registry.example:5000/a', { plainHttp: ['registry.example:5000'] }, ['http://registry.example:5000/']],
    ['registry.example/a', { plainHttp: ['registry.example:5000'] }, ['https://registry.example/']],
    ['localhost:5000/a', { plainHttp: ['localhost:5000'] }, ['http://localhost:5000/']],
    // a name of Object is a host like any other
    ['hasOwnProperty/a', {}, ['https://hasownproperty/']],
  ];
  for (const [text, options, expected] of cases) assert.deepEqual(addresses(text, options), expected, text);
});

test('only this machine is loopback', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['localhost', true],
    ['registry.localhost', true],
    ['127.0.0.1', true],
    ['127.255.0.9:5000', true],
    ['[::1]:5000', true],
    ['[0:0::1]', true],
    ['127.0.0.1.example', false],
    ['127.example', false],
    ['localhost.example', false],
    ['notlocalhost', false],
    ['[::2]', false],
    ['10.0.0.1', false],
    ['0.0.0.0', false],
  ];
  for (const [host, expected] of cases) assert.equal(isLoopback(new URL(`https://${host}/`)), expected, host);
});

test('a host that no connection can be made to is refused', async () => {
  for (const text of ['registry.example:99999/a', '[1:2]/a', '999.1.1.1/a']) {
    await rejectsWith('REFERENCE_INVALID', /not a host that can be connected to/, async () =>
      addresses(text),
    );
  }
});

test('mirrors come first, with their own host for credentials', () => {
  const mirrors = {
    'docker.io': [
      'mirror.example',
      'https://cache.example/hub/',
      'http://cache.example:8080/hub',
      'localhost:5001',
    ],
    'quay.io': ['https://other.example'],
  };
  const endpoints = endpointsFor(parseReference('debian'), { mirrors });
  assert.deepEqual(
    endpoints.mirrors.map(({ bases, credentialHost, namespace }) => [
      bases.map(String),
      credentialHost,
      namespace,
    ]),
    [
      [['https://mirror.example/'], 'mirror.example', 'docker.io'],
      [['https://cache.example/hub/'], 'cache.example', 'docker.io'],
      [['http://cache.example:8080/hub/'], 'cache.example:8080', 'docker.io'],
      [['https://localhost:5001/', 'http://localhost:5001/'], 'localhost:5001', 'docker.io'],
    ],
  );
  assert.equal(endpoints.registry.credentialHost, 'docker.io');
  assert.deepEqual(endpointsFor(parseReference('ghcr.io/a'), { mirrors }).mirrors, []);
});

test('a mirror that is no address is refused, and a password in it not shown', async () => {
  for (const mirror of [
    'https://ann:secret@mirror.example',
    'ftp://mirror.example',
    'https://',
    'a b',
    'https://m/?x=secret',
  ]) {
    const error = await rejectsWith('REGISTRY_OPTIONS_INVALID', /a mirror of docker\.io is not/, async () =>
      endpointsFor(parseReference('debian'), { mirrors: { 'docker.io': [mirror] } }),
    );
    assert.ok(!error.message.includes('secret'));
  }
});

test('an address in a message holds no secret', () => {
  const url = new URL('https://ann:secret@storage.example:8443/blob?signature=secret#secret');
  assert.equal(printableAddress(url), 'https://storage.example:8443/blob');
});
