import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readExternalPins } from './external-pins.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

function folderWith(context: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-pins-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('a pin is a file, and its path the image', (context) => {
  const folder = folderWith(context, {
    'library/alpine___3.16': `${DIGEST}\n`,
    'mcr.microsoft.com/windows/servercore___ltsc2022': DIGEST,
    'example/a___b___c': DIGEST,
    'list.sh': '#!/bin/sh\n',
    loose___1: 'a file of the folder itself is no pin',
    'example/README.md': 'nor is what has no tag',
  });
  symlinkSync('/etc', join(folder, 'example', 'elsewhere'));
  symlinkSync('/etc/passwd', join(folder, 'example', 'link___1'));
  assert.deepEqual(
    [...readExternalPins(folder)],
    [
      ['example/a:b___c', DIGEST],
      ['alpine:3.16', DIGEST],
      ['mcr.microsoft.com/windows/servercore:ltsc2022', DIGEST],
    ],
  );
});

for (const [what, text] of [
  ['nothing', ''],
  ['a tag', 'latest'],
  ['two digests', `${DIGEST}\n${DIGEST}`],
  ['too much', DIGEST.padEnd(2000)],
] as const) {
  test(`a pin that holds ${what} is an error that names the file`, (context) => {
    const folder = folderWith(context, { 'library/alpine___3.16': text });
    assert.throws(() => readExternalPins(folder), { code: 'PIN_INVALID', message: /alpine___3\.16/ });
  });
}
