import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../../test/cli/command-line.ts';
import { buildImage, buildIndex, buildLayer } from '../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';

const image = (content: string) => buildImage({ layers: [buildLayer([{ path: 'a', content }])] });
const APP = buildIndex([image('app')]);
const TOOL = image('tool');
const NEW_TOOL = image('newer');

test('images of a file are pinned, kept, moved and checked', async (t) => {
  await using registry = await startMemoryRegistry();
  const { host } = registry;
  addImage(registry.repository('team/app'), APP, '1');
  addImage(registry.repository('team/tool'), TOOL, 'v2');
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  const file = join(directory, 'Dockerfile');
  const before = `FROM ${host}/team/app:1 AS base\nCOPY --from=${host}/team/tool:v2 /a /a\nFROM base\n`;
  writeFileSync(file, before);
  chmodSync(file, 0o600);

  const unpinned = await run(['pin', '--check', file]);
  assert.equal(unpinned.status, 2);
  assert.match(unpinned.stdout, /2 images: 2 to pin, 0 pinned before, 0 left/);
  assert.equal(readFileSync(file, 'utf8'), before, '--check changes nothing');

  const pinned = await run(['pin', file]);
  assert.equal(pinned.status, 0, pinned.stderr);
  const after = before.replace('app:1', `app:1@${APP.digest}`).replace('tool:v2', `tool:v2@${TOOL.digest}`);
  assert.equal(readFileSync(file, 'utf8'), after);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await run(['pin', '--check', '--update', file])).status, 0);

  addImage(registry.repository('team/tool'), NEW_TOOL, 'v2');
  assert.equal((await run(['pin', '--check', file])).status, 0, 'what is pinned stays pinned');
  assert.equal((await run(['pin', '--check', '--update', file])).status, 2);
  const link = join(directory, 'Dockerfile.link');
  symlinkSync(file, link);
  const document = JSON.parse((await run(['pin', '--update', '--format', 'json', link])).stdout) as {
    readonly pins: readonly Readonly<Record<string, unknown>>[];
  };
  assert.deepEqual(
    document.pins.map(({ kind, digest, before: old }) => [kind, digest, old]),
    [
      ['kept', APP.digest, undefined],
      ['pinned', NEW_TOOL.digest, TOOL.digest],
    ],
  );
  assert.equal(readFileSync(file, 'utf8'), after.replace(TOOL.digest, NEW_TOOL.digest), 'through the link');
});

test('what cannot be pinned is left, said and shows in the exit status', async (t) => {
  await using registry = await startMemoryRegistry();
  const file = join(temporaryDirectory(t), 'compose.yaml');
  const text = `services:\n  a:\n    image: ${registry.host}/gone:1\n  b:\n    image: app:\${TAG:?}\n  c:\n    image: "NOT A NAME"\n`;
  writeFileSync(file, text);
  const { status, stdout } = await commandLine(t)(['pin', file]);
  assert.equal(status, 2);
  assert.match(stdout, /compose\.yaml:3:12 .*gone:1 {2}MANIFEST_UNKNOWN: /);
  assert.match(stdout, /compose\.yaml:5:12 .*depends on the variable/);
  assert.match(stdout, /compose\.yaml:7:12 .*is not an image reference/);
  assert.equal(readFileSync(file, 'utf8'), text);
});

test('a file that names no images, or is not there, is wrong usage', async (t) => {
  const run = commandLine(t);
  const page = join(temporaryDirectory(t), 'page.md');
  writeFileSync(page, '# A page\n');
  for (const [file, code] of [
    [page, 'REFERENCE_FILE_UNKNOWN'],
    [`${page}.gone`, 'REFERENCE_FILE_UNREADABLE'],
  ] as const) {
    const { status, stderr } = await run(['pin', file]);
    assert.equal(status, 3);
    assert.match(stderr, new RegExp(code));
  }
});

test('with --verify only what is trusted is pinned, and the rest is left with the reason', async (t) => {
  await using registry = await startMemoryRegistry();
  const { host } = registry;
  addImage(registry.repository('team/app'), APP, '1');
  addImage(registry.repository('team/tool'), TOOL, 'v2');
  const directory = temporaryDirectory(t);
  const hallmark = commandLine(t);
  const run = (...args: readonly string[]) =>
    hallmark(args, { environment: { HALLMARK_KEY_PASSWORD: 'secret' }, workingDirectory: directory });
  const key = join(directory, 'maker');
  assert.equal((await run('key', 'generate', '--output', key)).status, 0);
  assert.equal((await run('sign', '--key', `${key}.key`, `${host}/team/app:1`)).status, 0);
  const file = join(directory, 'Dockerfile');
  const before = `FROM ${host}/team/app:1\nCOPY --from=${host}/team/tool:v2 /a /a\n`;
  writeFileSync(file, before);

  const { status, stdout } = await run('pin', '--verify', '--key', `${key}.pub`, file);
  assert.equal(status, 2);
  assert.match(stdout, /^pinned .*team\/app:1 /m);
  assert.match(stdout, /^left +.*team\/tool:v2 {2}unknown: nothing that is signed speaks for this image$/m);
  assert.equal(readFileSync(file, 'utf8'), before.replace('app:1', `app:1@${APP.digest}`));
  const unused = await run('pin', '--key', `${key}.pub`, file);
  assert.equal(unused.status, 3);
  assert.match(unused.stderr, /USAGE: whom to trust is said, and nothing is verified/);
});
