import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inventoryOf } from '../../test/inventory/layer-stack.ts';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const MIT = text('node_modules/zod/LICENSE');
const APACHE = text('LICENSE');

const manifest = (name: string, license: string) => JSON.stringify({ name, version: '1.0.0', license });

const STATUS = `Package: libfoo
Status: install ok installed
Version: 1-1
Architecture: amd64
`;

test('a text is of the package that owns the file, else of the one whose directory it is in', () => {
  const { packages } = inventoryOf([
    {
      'app/LICENSE': APACHE,
      'app/node_modules/a/package.json': manifest('a', 'MIT'),
      'app/node_modules/a/LICENSE': MIT,
      'app/node_modules/a/lib/vendored/LICENSE.txt': APACHE,
      'app/node_modules/a/lib/vendored/deep/LICENSE.txt': APACHE,
      'app/node_modules/b/package.json': manifest('b', 'BSD'),
      'app/node_modules/b/README.md': MIT,
      'usr/lib/python3/site-packages/c-1.0.dist-info/METADATA': 'Name: c\nVersion: 1.0\nLicense: Apache\n',
      'usr/lib/python3/site-packages/c-1.0.dist-info/licenses/NOTICES': APACHE,
      'usr/lib/ruby/gems/3.1.0/gems/d-1.0/MIT-LICENSE': MIT,
      'usr/lib/ruby/gems/3.1.0/specifications/d-1.0.gemspec':
        'Gem::Specification.new do |s|\n  s.name = "d".freeze\n  s.version = "1.0"\nend\n',
      'var/lib/dpkg/status': STATUS,
      'var/lib/dpkg/info/libfoo.list': '/.\n/usr/share/doc/libfoo/copyright\n',
      'usr/share/doc/libfoo/copyright': Buffer.concat([Buffer.from('Taken from somewhere.\n\n'), MIT]),
    },
  ]);
  const found = packages.map(({ name, licenceTexts }) => [
    name,
    licenceTexts.map(({ path, expression }) => `${path} ${expression}`),
  ]);
  assert.deepEqual(Object.fromEntries(found), {
    a: ['app/node_modules/a/LICENSE MIT', 'app/node_modules/a/lib/vendored/LICENSE.txt Apache-2.0'],
    b: [],
    c: ['usr/lib/python3/site-packages/c-1.0.dist-info/licenses/NOTICES Apache-2.0'],
    d: ['usr/lib/ruby/gems/3.1.0/gems/d-1.0/MIT-LICENSE MIT'],
    libfoo: ['usr/share/doc/libfoo/copyright MIT'],
  });
});

test('what a later layer removes or replaces is not told', () => {
  const { packages } = inventoryOf([
    { 'app/node_modules/a/package.json': manifest('a', 'MIT'), 'app/node_modules/a/LICENSE': MIT },
    { 'app/node_modules/a/LICENSE': APACHE, 'app/node_modules/a/COPYING': MIT },
    { 'app/node_modules/a/COPYING': null },
  ]);
  assert.deepEqual(
    packages.map(({ licenceTexts }) => licenceTexts),
    [[{ path: 'app/node_modules/a/LICENSE', expression: 'Apache-2.0', confidence: 1 }]],
  );
});

test('declarations are told as an expression', () => {
  const { packages } = inventoryOf([
    {
      'app/node_modules/a/package.json': JSON.stringify({
        name: 'a',
        version: '1.0.0',
        licenses: [{ type: 'MIT' }, { type: 'Apache 2.0' }],
      }),
    },
  ]);
  assert.deepEqual(
    packages.map(({ licences, licenceExpression }) => [licences, licenceExpression]),
    [[['MIT', 'Apache 2.0'], 'MIT OR Apache-2.0']],
  );
});
