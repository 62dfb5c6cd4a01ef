/** Checksums of directories in commits: the vectors of bashbrew's tests. Row 7 of README.md. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { suite, test } from 'node:test';
import { contextChecksum } from '../../src/library/contents/context-checksum.ts';
import { openContext } from '../../src/library/contents/context-tree.ts';
import { openGitStore } from '../../src/library/git/git-store.ts';
import { openUpstream, type RepositoryName } from './repositories.ts';

const VECTORS: readonly (readonly [repository: RepositoryName, directory: string])[] = [
  ['docker-library/hello-world', 'amd64/hello-world'],
  ['varnish/docker-varnish', 'stable/debian'],
  ['tianon/docker-bash', '5.2'],
];

suite('7. checksums of contexts', () => {
  const bashbrew = openUpstream('docker-library/bashbrew');
  const tests = ['pkg/gitfs/tarscrub_test.go', 'pkg/tarscrub/git_test.go', 'pkg/gitfs/fs_test.go']
    .map((path) => bashbrew.text(path))
    .join('\n');
  for (const [name, directory] of VECTORS) {
    test(`${name} ${directory}`, async () => {
      const { folder, commit: gitCommit } = openUpstream(name);
      const store = openGitStore({
        folder,
        settings: { rewrites: [], timeoutSeconds: 60 },
        environment: process.env,
        signal: new AbortController().signal,
      });
      try {
        const { tree } = await openContext(store, { gitRepo: name, gitCommit, directory });
        const checksum = await contextChecksum(store, tree);
        assert.ok(tests.includes(gitCommit), 'the commit is one of the tests');
        assert.ok(tests.includes(checksum), checksum);
      } finally {
        await store.close();
      }
    });
  }
});
