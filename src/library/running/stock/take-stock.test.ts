import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { smallProgramme } from '../../../../test/library/small-programme.ts';
import { smallState } from '../../../../test/library/small-state.ts';
import type { RecipeId } from '../../builds/build.ts';
import type { KnownFix } from '../../plan/work.ts';
import type { BuiltImage } from '../../state/programme-state.ts';
import { defineProgramme, takeStock } from './take-stock.ts';

const RECIPE = 'c'.repeat(64) as RecipeId;

const FIX: KnownFix = {
  vulnerability: 'CVE-2026-1',
  severity: 'critical',
  package: 'zlib',
  installed: '1',
  fixed: '2',
  since: 1_800_000_500,
};

suite('taking stock', () => {
  test('an image whose source has changed still stands: what is fixed in it makes its successor urgent', () => {
    const before = smallProgramme('redis:8,latest');
    const state = smallState(1_800_000_000);
    state.recipe = RECIPE;
    const [first] = state.plan(before).work;
    assert.ok(first !== undefined);
    state.admit(before, first);

    const { programme, sources } = smallProgramme('redis:8,latest # 2');
    let asked: readonly BuiltImage[] = [];
    const { plan } = takeStock(defineProgramme(programme, sources, []), {
      state: { snapshot: () => state.snapshot() },
      recipeOf: () => RECIPE,
      outside: new Map(),
      fixesOf(images) {
        asked = images;
        return new Map([[first.build.buildId, [FIX]]]);
      },
      now: 1_800_001_000,
    });
    assert.deepEqual(
      asked.map(({ attempt }) => attempt.buildId),
      [first.build.buildId],
    );
    const [item] = plan.work;
    assert.deepEqual(
      [item?.reasons.map(({ kind }) => kind), item?.severity],
      [['source-changed', 'advisory'], 'critical'],
    );
  });
});
