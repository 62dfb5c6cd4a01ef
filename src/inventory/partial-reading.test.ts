import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fixture, treeEntry } from '../../test/inventory/layer-stack.ts';
import { HEAD_BYTES } from '../oci/layer-tree.ts';
import { CATALOGERS } from './catalogers/register.ts';
import { GO_NOTE_WITHIN_BYTES, isGoProgram, mayBeGoProgram, planPartialReading } from './partial-reading.ts';

const plan = planPartialReading(CATALOGERS);
const MEBIBYTE = 2 ** 20;

test('what catalogers name is wanted whole, and of what is too large the first bytes', () => {
  for (const path of [
    'var/lib/dpkg/status',
    'lib/apk/db/installed',
    'a/node_modules/b/package.json',
    'srv/app.jar',
  ]) {
    assert.equal(plan.namedBytes(treeEntry(path, 1000)), 1000, path);
  }
  assert.equal(plan.namedBytes(treeEntry('var/lib/dpkg/status', 2 ** 40)), HEAD_BYTES);
  for (const path of ['usr/bin/python3', 'usr/lib/libssl.so.3', 'srv/app.py']) {
    assert.equal(plan.namedBytes(treeEntry(path, 1000)), null, path);
  }
});

test('programs, libraries and places of secrets are looked into', () => {
  const cases: readonly (readonly [string, number, boolean])[] = [
    ['opt/tool', 0o755, true],
    ['opt/tool', 0o644, false],
    ['usr/local/lib/libssl.so.3', 0o644, true],
    ['usr/local/lib/libssl.so', 0o644, true],
    ['srv/App.dll', 0o644, true],
    ['root/.ssh/id_rsa', 0o600, true],
    ['usr/share/doc/libssl.source', 0o644, false],
    ['srv/app.py', 0o644, false],
  ];
  for (const [path, mode, expected] of cases) {
    assert.equal(
      plan.asksForLook(treeEntry(path, 1000, 'file', mode)),
      expected,
      `${path} ${mode.toString(8)}`,
    );
  }
});

test('first bytes decide how much more is wanted', () => {
  const elf = Buffer.from('\x7fELF'.padEnd(HEAD_BYTES, '\0'));
  assert.equal(plan.bytesAfter(treeEntry('opt/tool', MEBIBYTE), elf), MEBIBYTE);
  assert.equal(plan.bytesAfter(treeEntry('opt/tool', 2 ** 40), elf), null);
  assert.equal(plan.bytesAfter(treeEntry('opt/tool', MEBIBYTE), Buffer.alloc(HEAD_BYTES)), null);
  assert.equal(plan.bytesAfter(treeEntry('opt/script', 100), Buffer.from('#!/bin/sh\n')), 100);
});

test('the note of its linker tells a program in Go, in both byte orders', () => {
  for (const [name, expected] of [
    ['go/assay-linked-s390x.gz', true],
    ['go/assay-tagged-mips.gz', true],
    ['go/esbuild-0.0.2-linux-x64.gz', true],
    ['elf/systemctl.gz', false],
  ] as const) {
    const program = gunzipSync(fixture(name));
    assert.equal(isGoProgram(program.subarray(0, GO_NOTE_WITHIN_BYTES)), expected, name);
    if (expected) assert.ok(mayBeGoProgram(treeEntry('usr/bin/program', program.length, 'file', 0o755)));
  }
  assert.ok(!mayBeGoProgram(treeEntry('usr/bin/program', 1000, 'file', 0o755)));
  assert.ok(!mayBeGoProgram(treeEntry('usr/lib/libgo.so', MEBIBYTE)));
});
