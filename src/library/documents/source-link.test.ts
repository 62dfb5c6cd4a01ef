import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type SourcePlace, sourceLinks } from './source-link.ts';

const COMMIT = 'c'.repeat(40);
const PLACE: SourcePlace = {
  gitRepo: 'https://github.com/ann/redis.git',
  gitFetch: 'refs/heads/main',
  gitCommit: COMMIT,
  directory: '8/debian',
  file: 'Dockerfile',
};

suite('links of a source', () => {
  for (const [name, place, links] of [
    [
      'GitHub',
      {},
      [
        `https://github.com/ann/redis/commit/${COMMIT}`,
        `https://github.com/ann/redis/tree/${COMMIT}/8/debian`,
        `https://github.com/ann/redis/blob/${COMMIT}/8/debian/Dockerfile`,
      ],
    ],
    [
      'the root of a repository',
      { gitRepo: 'git://github.com/ann/redis', directory: '.' },
      [
        `https://github.com/ann/redis/commit/${COMMIT}`,
        `https://github.com/ann/redis/tree/${COMMIT}`,
        `https://github.com/ann/redis/blob/${COMMIT}/Dockerfile`,
      ],
    ],
    [
      'GitLab',
      { gitRepo: 'https://gitlab.example.org/ann/redis.git' },
      [
        `https://gitlab.example.org/ann/redis/-/commit/${COMMIT}`,
        `https://gitlab.example.org/ann/redis/-/tree/${COMMIT}/8/debian`,
        `https://gitlab.example.org/ann/redis/-/blob/${COMMIT}/8/debian/Dockerfile`,
      ],
    ],
    [
      'Launchpad',
      { gitRepo: 'https://git.launchpad.net/redis' },
      [
        `https://git.launchpad.net/redis/commit/?id=${COMMIT}`,
        `https://git.launchpad.net/redis/tree/8/debian?h=refs/heads/main&id=${COMMIT}`,
        `https://git.launchpad.net/redis/tree/8/debian/Dockerfile?h=refs/heads/main&id=${COMMIT}`,
      ],
    ],
    [
      'names that would end an address or its path',
      { directory: 'a) <b>?#%', file: 'x"`|y' },
      [
        `https://github.com/ann/redis/commit/${COMMIT}`,
        `https://github.com/ann/redis/tree/${COMMIT}/a%29%20%3Cb%3E%3F%23%25`,
        `https://github.com/ann/redis/blob/${COMMIT}/a%29%20%3Cb%3E%3F%23%25/x%22%60%7Cy`,
      ],
    ],
  ] as const) {
    test(name, () => {
      const { commit, directory, file } = sourceLinks({ ...PLACE, ...place }) ?? assert.fail();
      assert.deepEqual([commit, directory, file], links);
    });
  }

  test('of other hosts there are none', () => {
    assert.equal(sourceLinks({ ...PLACE, gitRepo: 'https://git.example.org/redis.git' }), null);
    assert.equal(sourceLinks({ ...PLACE, gitRepo: 'javascript:alert(1)' }), null);
  });
});
