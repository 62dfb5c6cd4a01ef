/** A whole programme whose publisher writes pages of its images. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ImageSchema } from '../../src/library/catalogue/image-schema.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { startMemoryRegistry } from '../registry/memory-registry.ts';
import { runTinyProgramme, THREE_LEVELS, writeTinyProgramme } from './tiny-programme.ts';

test('pages tell what was built from what, on what, and what each image brought', async (t) => {
  await using registry = await startMemoryRegistry();
  const folder = temporaryDirectory(t);
  const settings = { pages: '{ folder: site, images: true }' };
  const commit = writeTinyProgramme(folder, registry.host, { ...THREE_LEVELS, settings });
  const { events } = await runTinyProgramme(folder);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'problem'),
    [],
  );

  const imagesOf = (repository: string) =>
    readdirSync(join(folder, 'site', repository, 'images')).map((name) => {
      const text = readFileSync(join(folder, 'site', repository, 'images', name), 'utf8');
      return { name, text };
    });
  assert.deepEqual(
    ['base', 'app', 'site'].map((name) => imagesOf(name).length),
    [4, 4, 2],
  );
  const [record, page] = imagesOf('site').sort((a, b) => (a.name < b.name ? -1 : 1));
  const image = ImageSchema.parse(JSON.parse(record?.text ?? ''));
  assert.deepEqual(
    [image.source.commit, image.source.directory, image.build.reasons, image.build.tags],
    [commit, 'site', ['new'], ['site:1']],
  );
  assert.deepEqual(image.base?.name, 'app:1');
  assert.deepEqual(
    image.packages?.map(({ name, isOwn }) => [name, isOwn]),
    [['libc6', false]],
  );
  assert.match(
    page?.text ?? '',
    /## Built on\n\n1\.\t\[`app:1`\]\(\.\.\/\.\.\/app\/images\/sha256-[0-9a-f]{64}\.md\) `sha256:[0-9a-f]{64}`\n2\.\t\[`base:1`\]\(\.\.\/\.\.\/base\/images\//,
  );
  assert.match(page?.text ?? '', /\n\| libc6 \| .* \| its base \|\n/);
  const tag = readFileSync(join(folder, 'site/app/tags/latest.md'), 'utf8');
  assert.equal(tag.match(/\]\(\.\.\/images\/sha256-/g)?.length, 2);
});
