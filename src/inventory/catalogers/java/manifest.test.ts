import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseManifest } from './manifest.ts';

const parse = (text: string | Uint8Array) => ({ ...parseManifest(Buffer.from(text)) });

const section = (name: string, version: string) => `Name: ${name}\nImplementation-Version: ${version}\n`;

describe('manifests', () => {
  test('lines of 72 bytes are joined, also within a character', () => {
    const value = `Überall ${'ä'.repeat(40)}`;
    const bytes = Buffer.from(`Bundle-Name: ${value}`);
    const folded = Buffer.concat([
      bytes.subarray(0, 72),
      Buffer.from('\r\n '),
      bytes.subarray(72),
      Buffer.from('\r\n'),
    ]);
    assert.deepEqual(parse(folded), { 'bundle-name': value });
  });

  test('names of attributes know no case, ends of lines are any', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = ['manifest-version: 1.0', 'IMPLEMENTATION-version: 1.2', 'x: y', ''].join(end);
      assert.deepEqual(parse(text), { 'implementation-version': '1.2' });
    }
  });

  test('what a build did not fill in is not there', () => {
    assert.deepEqual(parse('Implementation-Version: ${project.version}\nImplementation-Title: \n'), {});
  });

  test('sections speak where the main one is silent and they agree', () => {
    const main = 'Manifest-Version: 1.0\n';
    assert.deepEqual(parse([main, section('a/', '1.10.14')].join('\n')), {
      'implementation-version': '1.10.14',
    });
    assert.deepEqual(parse([main, section('a/', '1'), section('b/', '1')].join('\n')), {
      'implementation-version': '1',
    });
    assert.deepEqual(parse([main, section('a/', '1'), section('b/', '2')].join('\n')), {});
    assert.deepEqual(parse([`${main}Bundle-Version: 3\n`, section('a/', '1')].join('\n')), {
      'bundle-version': '3',
    });
  });

  test('digests of a hundred thousand classes are passed over', () => {
    const sections = '\nName: a/b/C.class\nSHA-256-Digest: AAAA\n'.repeat(100_000);
    assert.deepEqual(parse(`Implementation-Title: x\n${sections}`), { 'implementation-title': 'x' });
  });
});
