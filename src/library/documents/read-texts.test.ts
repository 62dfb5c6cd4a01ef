import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { LibraryError } from '../errors.ts';
import { readRepositoryTexts, readSharedTexts } from './read-texts.ts';

function folder(t: TestContext, files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = temporaryDirectory(t);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const refused = (what: RegExp) => (error: unknown) =>
  error instanceof LibraryError && error.code === 'TEXTS_INVALID' && what.test(error.message);

suite('texts of pages', () => {
  test('what is a text, and which logo counts', (t) => {
    const root = folder(t, {
      'redis/content.md': 'content',
      'redis/README.md': 'a page that was written',
      'redis/update.sh': 'exit 1',
      'redis/github-repo': 'https://github.com/ann/redis',
      'redis/logo.svg': 'svg',
      'redis/logo.png': 'png',
      '.template-helpers/template.md': 'frame',
    });
    const { texts, logo } = readRepositoryTexts(root, 'redis');
    assert.deepEqual([...texts.keys()], ['content.md', 'github-repo']);
    assert.equal(logo, 'logo.png');
    assert.deepEqual([...readSharedTexts(root)], [['template.md', 'frame']]);
    assert.deepEqual(readRepositoryTexts(root, 'node'), { texts: new Map(), logo: null });
    assert.deepEqual(readRepositoryTexts(null, 'redis'), { texts: new Map(), logo: null });
  });

  test('links lead from text to text, and not out', (t) => {
    const root = folder(t, { '.common/maintainer.md': 'Ann', 'redis/content.md': '', 'node/content.md': '' });
    symlinkSync('../.common/maintainer.md', join(root, 'redis/maintainer.md'));
    assert.equal(readRepositoryTexts(root, 'redis').texts.get('maintainer.md'), 'Ann');
    symlinkSync('/etc/hostname', join(root, 'redis/license.md'));
    assert.throws(() => readRepositoryTexts(root, 'redis'), refused(/leads out of its folder/));
    symlinkSync('nowhere.md', join(root, 'node/license.md'));
    assert.throws(() => readRepositoryTexts(root, 'node'), refused(/cannot be read \(ENOENT\)/));
  });

  test('what is too long, not text, no folder or not there', (t) => {
    const root = folder(t, {
      'long/content.md': 'x'.repeat(1024 * 1024 + 1),
      'binary/content.md': new Uint8Array([0xff]),
      file: '',
    });
    assert.throws(() => readRepositoryTexts(root, 'long'), refused(/more than 1048576 bytes/));
    assert.throws(() => readRepositoryTexts(root, 'binary'), refused(/is not UTF-8/));
    assert.throws(() => readRepositoryTexts(root, 'file'), refused(/cannot be read \(ENOTDIR\)/));
    assert.throws(() => readSharedTexts(join(root, 'nothing')), refused(/does not exist/));
  });
});
