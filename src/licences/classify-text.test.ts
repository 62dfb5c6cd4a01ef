import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { createTextClassifier } from './classify-text.ts';
import { shinglesOf } from './text-shingles.ts';

const classifyText = createTextClassifier();
const MODULES = new URL('../../node_modules/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, MODULES));
const MIT = read('zod/LICENSE');
const ISC = read('semver/LICENSE');
const APACHE = readFileSync(new URL('../../LICENSE', import.meta.url));
const BSD = read('fast-uri/LICENSE');

describe('licence texts', () => {
  test('of modules from the npm registry are what these declare', () => {
    const files: [path: string, expression: string | null][] = [
      ['zod', 'MIT'],
      ['commander', 'MIT'],
      ['undici', 'MIT'],
      ['semver', 'ISC'],
      ['yaml', 'ISC'],
      ['saxes', 'ISC'],
      ['fast-uri', 'BSD-3-Clause'],
      ['smol-toml', 'BSD-3-Clause'],
      ['typescript', 'Apache-2.0'],
      // has the notice only
      ['ae-cvss-calculator', 'Apache-2.0'],
    ];
    for (const [name, expression] of files) {
      const file = ['LICENSE', 'LICENSE.txt', 'LICENSE.md'].find((file) =>
        existsSync(new URL(`${name}/${file}`, MODULES)),
      );
      if (file === undefined) continue;
      assert.equal(classifyText(read(`${name}/${file}`))?.expression ?? null, expression, name);
    }
  });

  test('of Debian’s common licences are told', (context) => {
    const directory = '/usr/share/common-licenses';
    if (!existsSync(directory)) return context.skip('not on Debian');
    const named: Record<string, string> = {
      'Apache-2.0': 'Apache-2.0',
      Artistic: 'Artistic-1.0-Perl',
      BSD: 'BSD-3-Clause',
      'CC0-1.0': 'CC0-1.0',
      'GFDL-1.2': 'GFDL-1.2-only',
      'GFDL-1.3': 'GFDL-1.3-only',
      'GPL-1': 'GPL-1.0-only',
      'GPL-2': 'GPL-2.0-only',
      'GPL-3': 'GPL-3.0-only',
      'LGPL-2': 'LGPL-2.0-only',
      'LGPL-2.1': 'LGPL-2.1-only',
      'LGPL-3': 'LGPL-3.0-only',
      'MPL-1.1': 'MPL-1.1',
      'MPL-2.0': 'MPL-2.0',
    };
    for (const name of readdirSync(directory).filter((name) => name in named)) {
      assert.equal(classifyText(readFileSync(`${directory}/${name}`))?.expression, named[name], name);
    }
  });

  test('in one file are all told, a part of another one not', () => {
    const both = Buffer.concat([MIT, Buffer.from('\n\n'), APACHE]);
    assert.equal(classifyText(both)?.expression, 'Apache-2.0 AND MIT');
    assert.equal(classifyText(BSD)?.expression, 'BSD-3-Clause');
  });

  test('are the same in capitals, in comments, broken into other lines, with another copyright', () => {
    const text = MIT.toString();
    const copies = [
      text.toUpperCase(),
      text.replaceAll(/^/gm, ' * '),
      text.replaceAll(/\s+/g, '\n'),
      text.replace(/Copyright.*/, '(c) 1999-2020, Somebody Else <a@b.example>'),
      text.replaceAll('"', '“'),
    ];
    for (const copy of copies) assert.equal(classifyText(Buffer.from(copy))?.expression, 'MIT', copy);
  });

  test('cut in half are none', () => {
    assert.equal(classifyText(MIT.subarray(0, MIT.length / 2)), null);
    assert.equal(classifyText(Buffer.from('MIT')), null);
    assert.equal(classifyText(Buffer.alloc(0)), null);
  });

  test('with changes are told with less confidence', () => {
    assert.equal(classifyText(APACHE)?.confidence, 1);
    const changed = classifyText(Buffer.from(ISC.toString().replace('THE AUTHOR', 'NOBODY AT ALL')));
    assert.equal(changed?.expression, 'ISC');
    assert.ok(changed.confidence < 1);
  });
});

test('whatever is in a file, an answer has a confidence from 0.8 to 1', () => {
  const part = fc.oneof(
    fc.constantFrom(MIT, ISC, APACHE, BSD),
    fc.uint8Array({ maxLength: 200 }),
    fc.string().map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), fc.nat(), fc.nat(), (parts, from, length) => {
      const all = Buffer.concat(parts);
      const found = classifyText(all.subarray(from % (all.length + 1)).subarray(0, length));
      if (found !== null) assert.ok(found.confidence >= 0.8 && found.confidence <= 1);
    }),
    { numRuns: 200 },
  );
});

test('a file of one word without end, and one of all bytes, are read in time', () => {
  const spent = startCpuTime();
  for (const fill of ['a', 'software ', 'the software is provided ', '\n', '\0']) {
    classifyText(Buffer.alloc(256 * 1024, fill));
  }
  assert.ok(spent() < LITTLE);
});

test('shingles are one fewer than words, twice', () => {
  assert.equal(shinglesOf(Buffer.from('permission is hereby granted')).length, 2);
  assert.equal(shinglesOf(Buffer.from('(a) is 1')).length, 0);
});
