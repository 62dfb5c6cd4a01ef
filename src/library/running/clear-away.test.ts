import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { smallProgramme } from '../../../test/library/small-programme.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import { digestHex, digestOf } from '../../model/digest.ts';
import { openState } from '../state/open-state.ts';
import { createClearing } from './clear-away.ts';

const NOW = 1_800_000_000;
const LONG_AGO = NOW - 400 * 86_400;
const NAME = digestHex(digestOf('anything'));

/** A state with a log, a parent and evidence that nobody needs. */
function scene(t: TestContext, roles: { readonly isBuilder: boolean; readonly isVerifier: boolean }) {
  const folder = temporaryDirectory(t);
  const state = openState(folder);
  t.after(() => state.close());
  const { programme } = smallProgramme('redis:8');
  const settings = { ...programme.settings, state: folder, logs: { keep: 86_400 } };
  const files = {
    log: join(folder, 'logs', 'amd64', `${NAME}-1-${LONG_AGO}.log`),
    parent: join(folder, 'parents', NAME),
    evidence: join(folder, 'evidence', NAME),
  };
  const leave = (): void => {
    for (const [kind, file] of Object.entries(files)) {
      mkdirSync(kind === 'parent' ? file : join(file, '..'), { recursive: true });
      if (kind !== 'parent') writeFileSync(file, 'left');
      utimesSync(file, LONG_AGO, LONG_AGO);
    }
  };
  leave();
  const clearAway = createClearing({
    settings,
    state,
    locks: {
      architectures: new Set<Architecture>(roles.isBuilder ? ['amd64'] : []),
      isVerifier: roles.isVerifier,
    },
  });
  const left = () => Object.entries(files).flatMap(([kind, file]) => (existsSync(file) ? [kind] : []));
  return { folder, files, leave, left, clearAway };
}

suite('what is not needed any more', () => {
  for (const [who, roles, left] of [
    ['a builder', { isBuilder: true, isVerifier: false }, ['evidence']],
    ['a verifier', { isBuilder: false, isVerifier: true }, ['log', 'parent']],
    ['a publisher', { isBuilder: false, isVerifier: false }, ['log', 'parent', 'evidence']],
  ] as const) {
    test(`is removed by whoever made it: ${who}`, (t) => {
      const programme = scene(t, roles);
      assert.deepEqual(programme.clearAway(NOW), []);
      assert.deepEqual(programme.left(), left);
    });
  }

  test('is looked for once an hour', (t) => {
    const { clearAway, leave, left } = scene(t, { isBuilder: true, isVerifier: true });
    clearAway(NOW);
    leave();
    clearAway(NOW + 3_599);
    assert.equal(left().length, 3);
    clearAway(NOW + 3_600);
    assert.equal(left().length, 0);
  });

  test('and cannot be removed is told of, and the rest goes', (t) => {
    const { clearAway, left, files } = scene(t, { isBuilder: true, isVerifier: true });
    // a file where a folder belongs: also root cannot list it
    rmSync(join(files.parent, '..'), { recursive: true });
    writeFileSync(join(files.parent, '..'), '');
    assert.match(clearAway(NOW).join(), /^what is not needed any more cannot be removed: ENOTDIR/);
    assert.deepEqual(left(), []);
  });
});
