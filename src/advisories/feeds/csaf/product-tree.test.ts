import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsafDocument } from './csaf-document.ts';
import { readProductTree, type ProductTree } from './product-tree.ts';

const named = (id: string, helper: object = {}) => ({
  name: id,
  product_id: id,
  product_identification_helper: helper,
});

const partOf = (part: string, whole: string) => ({
  category: 'default_component_of',
  full_product_name: named(`${whole}:${part}`),
  product_reference: part,
  relates_to_product_reference: whole,
});

function read(tree: object): ProductTree {
  const document = {
    category: 'csaf_vex',
    publisher: { name: 'Nobody', namespace: 'https://example.com' },
    tracking: { id: 'X-1', status: 'final' },
  };
  const found = readProductTree(CsafDocument.parse({ document, product_tree: tree }).product_tree);
  assert.ok(!('fault' in found), 'fault' in found ? found.fault : '');
  return found;
}

const ids = (tree: ProductTree, id: string) => tree.partsOf(id).map((part) => part.id);

test('products are leaves of branches, with the architecture above them', () => {
  const tree = read({
    branches: [
      {
        category: 'vendor',
        name: 'Red Hat',
        branches: [
          {
            category: 'architecture',
            name: 'x86_64',
            branches: [
              {
                category: 'product_version',
                name: 'curl',
                product: named('curl', { purl: 'pkg:rpm/redhat/curl' }),
              },
            ],
          },
          { category: 'product_name', name: 'AppStream', product: named('AppStream', { cpe: 'cpe:/a:b:c' }) },
        ],
      },
    ],
  });
  const curl = tree.products.get('curl');
  assert.deepEqual(
    [curl?.category, curl?.architecture, curl?.purl, curl?.cpe],
    ['product_version', 'x86_64', 'pkg:rpm/redhat/curl', null],
  );
  assert.equal(tree.products.get('AppStream')?.architecture, null);
});

test('a product of a relationship is put together from its parts, the innermost first', () => {
  const tree = read({
    full_product_names: [named('ruby'), named('ruby:2.5'), named('AppStream')],
    relationships: [partOf('ruby:2.5', 'AppStream'), partOf('ruby', 'AppStream:ruby:2.5')],
  });
  assert.deepEqual(ids(tree, 'AppStream:ruby:2.5:ruby'), ['ruby', 'ruby:2.5', 'AppStream']);
  assert.deepEqual(ids(tree, 'ruby'), ['ruby']);
  assert.deepEqual(ids(tree, 'nothing'), []);
});

test('a part that the tree does not describe has its identifier for a name (CVE-2023-47627 of SUSE)', () => {
  const tree = read({ relationships: [partOf('python3-aiohttp', 'SLES')] });
  assert.deepEqual(
    tree.partsOf('SLES:python3-aiohttp').map(({ name, purl }) => [name, purl]),
    [
      ['python3-aiohttp', null],
      ['SLES', null],
    ],
  );
});

test('groups stand for their products', () => {
  const tree = read({ product_groups: [{ group_id: 'G', product_ids: ['a', 'b'] }] });
  assert.deepEqual(tree.productsIn({ product_ids: ['c'], group_ids: ['G', 'H'] }), ['c', 'a', 'b']);
  assert.deepEqual(tree.productsIn({}), []);
});

test('cycles of relationships and branches without end come to an end', () => {
  const cycle = read({
    relationships: [{ ...partOf('a', 'a'), full_product_name: named('a') }],
  });
  assert.ok(ids(cycle, 'a').length <= 8);
  let branch: object = { category: 'product_name', name: 'deep' };
  for (let depth = 0; depth < 5_000; depth += 1)
    branch = { category: 'vendor', name: 'x', branches: [branch] };
  const { product_tree: tree } = CsafDocument.parse({
    document: {
      category: 'csaf_vex',
      publisher: { name: 'Nobody', namespace: 'https://example.com' },
      tracking: { id: 'X-1', status: 'final' },
    },
    product_tree: { branches: [branch] },
  });
  assert.deepEqual(readProductTree(tree), { fault: 'branches are nested deeper than 32' });
});
