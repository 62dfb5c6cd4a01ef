import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { HEADER_BYTES, readFileHeader } from './file-header.ts';
import { wordpressCoreCataloger } from './wordpress-core.ts';
import { wordpressExtensionCataloger } from './wordpress-extension.ts';

const TREE = fixtureTree('wordpress/debian-12.tar.gz');

test('WordPress as Debian packages it', () => {
  const { packages, coverage } = inventoryOf([TREE], {
    catalogers: [wordpressCoreCataloger, wordpressExtensionCataloger],
  });
  assert.deepEqual(
    packages.map(({ purl, licences, supplier }) => [purl, licences, supplier]),
    [
      [
        'pkg:generic/wordpress-theme/twentytwentythree@1.0',
        ['GNU General Public License v2 or later'],
        'the WordPress team',
      ],
      [
        'pkg:generic/wordpress-theme/twentytwentytwo@1.3',
        ['GNU General Public License v2 or later'],
        'the WordPress team',
      ],
      ['pkg:generic/wordpress@6.1.9', [], null],
      ['pkg:wordpress-plugin/akismet@5.0.2', ['GPLv2 or later'], 'Automattic'],
      ['pkg:wordpress-plugin/http-authentication@4.6', [], 'Katharina Drexel'],
      [
        'pkg:wordpress-plugin/shibboleth@1.8',
        ['Apache 2 (http://www.apache.org/licenses/LICENSE-2.0.html)'],
        'Will Norris, mitcho (Michael 芳貴 Erlewine), Michael McNeill',
      ],
      [
        'pkg:wordpress-plugin/xrds-simple@1.2',
        ['MIT license (http://www.opensource.org/licenses/mit-license.php)'],
        'DiSo Development Team',
      ],
    ],
  );
  const akismet = packages.find(({ name }) => name === 'akismet');
  assert.equal(akismet?.homepage, 'https://akismet.com/');
  assert.deepEqual(
    akismet?.evidence.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
    ['akismet.php', 'readme.txt'],
  );
  assert.deepEqual(packages.find(({ name }) => name === 'wordpress')?.cpes, [
    'cpe:2.3:a:wordpress:wordpress:6.1.9:*:*:*:*:*:*:*',
  ]);
  assert.deepEqual(coverage, []);
});

const PLUGINS = 'var/www/html/wp-content/plugins';
const TREES: readonly (readonly [what: string, files: Record<string, string>, purls: readonly string[]])[] = [
  [
    'one file',
    { [`${PLUGINS}/hello.php`]: '<?php\n/*\nPlugin Name: Hello\nVersion: 1.7.2\n*/' },
    ['pkg:wordpress-plugin/hello@1.7.2'],
  ],
  [
    'a must-use plugin',
    { 'srv/wp-content/mu-plugins/a.php': '<?php /* Plugin Name: A */' },
    ['pkg:wordpress-plugin/a'],
  ],
  [
    'several headers: the file that is named like the directory',
    {
      [`${PLUGINS}/b/a.php`]: '<?php\n// Plugin Name: Other\n// Version: 1',
      [`${PLUGINS}/b/b.php`]: '<?php\n# Plugin Name: B\n# Version: 2',
    },
    ['pkg:wordpress-plugin/b@2'],
  ],
  [
    'a version in the readme only',
    {
      [`${PLUGINS}/b/b.php`]: '<?php /** @ Plugin Name: B */',
      [`${PLUGINS}/b/readme.txt`]: '=== B ===\nStable tag: 3.1\n',
    },
    ['pkg:wordpress-plugin/b@3.1'],
  ],
  [
    'a readme that says trunk',
    {
      [`${PLUGINS}/b/b.php`]: '<?php /* Plugin Name: B */',
      [`${PLUGINS}/b/readme.txt`]: 'Stable tag: trunk\n',
    },
    ['pkg:wordpress-plugin/b'],
  ],
  ['a readme alone', { [`${PLUGINS}/b/readme.txt`]: 'Stable tag: 3.1\n' }, []],
  ['a file deeper in a plugin', { [`${PLUGINS}/b/lib/c.php`]: '<?php /* Plugin Name: C */' }, []],
  [
    'a header behind what WordPress reads',
    { [`${PLUGINS}/b/b.php`]: `<?php\n${' '.repeat(HEADER_BYTES)}/* Plugin Name: B */` },
    [],
  ],
  ['a style sheet of something else', { 'srv/wp-content/themes/a/style.css': 'body { color: red }' }, []],
  ['a version.php of something else', { 'srv/wp-includes/version.php': '<?php $version = "1";' }, []],
];
for (const [what, files, expected] of TREES) {
  test(what, () => {
    const { packages, coverage } = inventoryOf([files], {
      catalogers: [wordpressCoreCataloger, wordpressExtensionCataloger],
    });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      expected,
    );
    assert.deepEqual(coverage, []);
  });
}

test('what an extension needs', () => {
  const { packages } = catalogOf(wordpressExtensionCataloger, {
    [`${PLUGINS}/a/a.php`]: '<?php /*\nPlugin Name: A\nRequires Plugins: woocommerce, b\n*/',
    [`${PLUGINS}/b/b.php`]: '<?php /*\nPlugin Name: B\n*/',
    'var/www/html/wp-content/themes/child/style.css': '/*\nTheme Name: Child\nTemplate: parent\n*/',
  });
  const found = packages.map(({ name, dependencies, dependsOn }) => [name, dependencies, dependsOn]);
  assert.deepEqual(found, [
    ['child', ['parent'], []],
    ['a', ['b', 'woocommerce'], ['pkg:wordpress-plugin/b']],
    ['b', [], []],
  ]);
});

test('fields of a header', () => {
  const text = '<?php /* Plugin Name: A ?> x\r * VERSION: 1 */\r\n\tAuthor:\n Author: B\n Author: C\n';
  assert.deepEqual(
    [...readFileHeader(Buffer.from(text))],
    [
      ['plugin name', 'A'],
      ['version', '1'],
      ['author', 'B'],
    ],
  );
});

test('no file makes them throw, and time follows length', () => {
  const [plugin, core] = ['akismet/akismet.php', 'version.php'].map((end) => {
    const path = Object.keys(TREE).find((name) => name.endsWith(end)) ?? assert.fail();
    return { path, content: TREE[path] };
  });
  assert.ok(plugin?.content instanceof Uint8Array && core?.content instanceof Uint8Array);
  const pieces = [
    '<?php',
    '/*',
    '*/',
    '?>',
    'Plugin Name: ',
    'Version: ',
    '\n',
    ':',
    ' ',
    '$wp_version = ',
    "'1'",
    ';',
  ];
  assertRobust(wordpressExtensionCataloger, plugin.path, plugin.content, pieces);
  assertRobust(wordpressCoreCataloger, core.path, core.content, pieces);
  const spent = startCpuTime();
  for (const piece of pieces) readFileHeader(Buffer.from(piece.repeat(100_000)));
  assert.ok(spent() < LITTLE);
});
