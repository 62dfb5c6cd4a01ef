import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pkg } from '../../test/packages.ts';
import { findOwners } from './ownership.ts';

const METADATA = 'opt/conda/lib/python3.12/site-packages/a-1.dist-info/METADATA';
const distribution = pkg('pypi', 'a', '1', { evidence: [{ path: METADATA, layer: null, step: null }] });
const conda = pkg('conda', 'a', '1', {
  evidence: [{ path: 'opt/conda/conda-meta/a-1-0.json', layer: null, step: null }],
  files: [METADATA],
});
const same = (path: string) => path;

test('conda owns what it linked', () => {
  assert.deepEqual([...findOwners([conda, distribution], same)], [[distribution.id, conda.id]]);
});

test('what a system’s package holds is its own before it is conda’s, and conda’s package too', () => {
  const files = [METADATA, 'opt/conda/conda-meta/a-1-0.json'];
  const deb = pkg('deb', 'conda-with-a', '1', { files });
  const owners = findOwners([conda, deb, distribution], same);
  assert.deepEqual([owners.get(conda.id), owners.get(distribution.id)], [deb.id, deb.id]);
});

test('no package owns itself', () => {
  const own = { ...conda, files: ['opt/conda/conda-meta/a-1-0.json'] };
  assert.deepEqual([...findOwners([own], same)], []);
});
