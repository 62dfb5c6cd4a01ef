import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cacheDirectory, dataDirectory, type Environment } from './directories.ts';

test('folders follow the XDG Base Directory Specification, unless Hallmark has its own', () => {
  const cases: readonly (readonly [environment: Environment, cache: string, data: string])[] = [
    [{ HOME: '/home/ann' }, '/home/ann/.cache/hallmark', '/home/ann/.local/share/hallmark'],
    [{ HOME: '/home/ann', XDG_CACHE_HOME: '/c', XDG_DATA_HOME: '/d' }, '/c/hallmark', '/d/hallmark'],
    [
      { HOME: '/home/ann', XDG_CACHE_HOME: 'relative', XDG_DATA_HOME: '' },
      '/home/ann/.cache/hallmark',
      '/home/ann/.local/share/hallmark',
    ],
    [
      { HOME: '/home/ann', XDG_CACHE_HOME: '/c', HALLMARK_CACHE_DIR: '/mine', HALLMARK_DATA_DIR: '/too' },
      '/mine',
      '/too',
    ],
    [
      { HOME: '/home/ann', HALLMARK_CACHE_DIR: '', HALLMARK_DATA_DIR: '' },
      '/home/ann/.cache/hallmark',
      '/home/ann/.local/share/hallmark',
    ],
    [{}, join(homedir(), '.cache/hallmark'), join(homedir(), '.local/share/hallmark')],
  ];
  for (const [environment, cache, data] of cases) {
    assert.equal(cacheDirectory(environment), cache);
    assert.equal(dataDirectory(environment), data);
  }
});
