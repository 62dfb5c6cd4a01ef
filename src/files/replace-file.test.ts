import assert from 'node:assert/strict';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/advisories/feed-fixtures.ts';
import { replaceFile } from './replace-file.ts';

test('a new file takes the place of the old one when it is complete', (t) => {
  const file = join(temporaryFolder(t), 'below', 'a.db');
  assert.equal(
    replaceFile(file, (partial) => {
      writeFileSync(partial, 'new');
      return 7;
    }),
    7,
  );
  assert.equal(readFileSync(file, 'utf8'), 'new');
});

test('a failure leaves what was there and nothing else', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.db');
  writeFileSync(file, 'old');
  assert.throws(
    () =>
      replaceFile(file, (partial) => {
        writeFileSync(partial, 'half');
        throw new Error('no room');
      }),
    (error) => error instanceof Error && /no room/.test(error.message),
  );
  assert.deepEqual(readdirSync(folder), ['a.db']);
  assert.equal(readFileSync(file, 'utf8'), 'old');
});

test('a place that is no folder is one clear error', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  assert.throws(
    () => replaceFile(join(folder, 'file', 'a.db'), () => undefined),
    (error) => error instanceof Error,
  );
});

test('a link to the file stays a link', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere', 'a.db'), 'old');
  symlinkSync(join('elsewhere', 'a.db'), join(folder, 'link.db'));
  replaceFile(join(folder, 'link.db'), (partial) => writeFileSync(partial, 'new'));
  assert.equal(readlinkSync(join(folder, 'link.db')), join('elsewhere', 'a.db'));
  assert.equal(readFileSync(join(folder, 'elsewhere', 'a.db'), 'utf8'), 'new');
});

test('a folder, pipe or device is not replaced', (t) => {
  const folder = temporaryFolder(t);
  symlinkSync('/dev/null', join(folder, 'null'));
  for (const file of [folder, join(folder, 'null')]) {
    assert.throws(
      () => replaceFile(file, (partial) => writeFileSync(partial, 'new')),
      (error) => error instanceof Error && /no regular file/.test(error.message),
    );
  }
  assert.deepEqual(readdirSync(folder), ['null']);
});

test('only files that a killed process left an hour ago are removed', (t) => {
  const folder = temporaryFolder(t);
  const [abandoned, ...kept] = [
    'a.db.1.partial',
    'a.db.partial',
    'a.db.x.partial',
    'b.db.1.partial',
    'a.dbx1.partial',
  ];
  for (const name of [abandoned, ...kept]) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), 0, 0);
  }
  writeFileSync(join(folder, 'a.db.2.partial'), 'being written');
  replaceFile(join(folder, 'a.db'), (partial) => writeFileSync(partial, 'new'));
  assert.deepEqual(readdirSync(folder).toSorted(), [...kept, 'a.db', 'a.db.2.partial'].toSorted());
});
