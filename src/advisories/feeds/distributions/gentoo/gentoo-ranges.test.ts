import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findInterval } from '../../../../versions/interval.ts';
import { portage } from '../../../../versions/portage.ts';
import { affectedIntervals, type GentooRange } from './gentoo-ranges.ts';

/** `lt 1.2`, and with a slot `ge 3.8.15_p3:3.8`. */
function ranges(...written: readonly string[]): GentooRange[] {
  return written.map((text) => {
    const [operator = '', rest = ''] = text.split(' ');
    const [version = '', slot = '*'] = rest.split(':');
    return { operator, version, slot };
  });
}

/** `1..2` is from 1 up to but without 2. */
function brief(
  vulnerable: readonly GentooRange[],
  unaffected: readonly GentooRange[],
): readonly string[] | null {
  const intervals = affectedIntervals(vulnerable, unaffected);
  return intervals?.map(({ introduced, fixed }) => `${introduced ?? ''}..${fixed ?? ''}`) ?? null;
}

test('vulnerable ranges without the unaffected ones', () => {
  for (const [vulnerable, unaffected, expected] of [
    // GLSA-202402-08
    [['lt 3.0.10'], ['ge 3.0.10'], ['..3.0.10']],
    // GLSA-200606-11
    [['lt 6b-r7'], ['ge 6b-r7'], ['..6b-r7']],
    // GLSA-201709-09: revisions of 1.8.18 have the fix
    [
      ['lt 1.9.7', 'eq 0.1.1'],
      ['ge 1.9.7', 'rgt 1.8.18'],
      ['..1.8.18-r1', '1.8.18_p..1.9.7'],
    ],
    [['le 1.2'], [], ['..1.2-r1']],
    [['eq 1.2-r3'], [], ['1.2-r3..1.2-r4']],
    [['gt 1.2'], ['ge 2.0'], ['1.2-r1..2.0']],
    [['ge 1.2'], [], ['1.2..']],
    [['rlt 1.2.3-r5'], ['rge 1.2.3-r5'], ['1.2.3..1.2.3-r5']],
    [['rle 1.2-r2'], [], ['1.2..1.2-r3']],
    [['lt 2', 'lt 3'], [], ['..3']],
    [['eq 1', 'eq 5', 'eq 3'], [], ['1..1-r1', '3..3-r1', '5..5-r1']],
    [['lt 2'], ['lt 3'], []],
    [['lt 2'], ['ge 0'], ['..0']],
    [[], ['ge 1'], []],
    [['mended 2'], [], null],
    [['lt two'], [], null],
    [['lt 1.2*'], [], null],
    [['__proto__ 2'], [], null],
  ] as const) {
    const label = `${vulnerable.join(', ')} without ${unaffected.join(', ')}`;
    assert.deepEqual(brief(ranges(...vulnerable), ranges(...unaffected)), expected, label);
  }
});

test('a slot is a line of versions where it is the beginning of one', () => {
  // GLSA-202305-02; its slot "12" is none of Python's
  const vulnerable = ranges('lt 3.8.15_p3:3.8', 'lt 3.10.8_p3:3.10', 'lt 3.12.0_alpha1_p2:12');
  const unaffected = ranges('ge 3.8.15_p3:3.8', 'ge 3.10.8_p3:3.10', 'ge 3.12.0_alpha1_p2:12');
  assert.deepEqual(brief(vulnerable, unaffected), ['3.8_alpha..3.8.15_p3', '3.10_alpha..3.10.8_p3']);
});

test('other slots: what is unaffected ends with its first number', () => {
  // GLSA-202408-02: Firefox 127.0 in the slot rapid, 115.12.0 in the slot esr
  const vulnerable = ranges('lt 127.0:rapid', 'lt 115.12.0:esr');
  const unaffected = ranges('ge 127.0:rapid', 'ge 115.12.0:esr');
  assert.deepEqual(brief(vulnerable, unaffected), ['..115.12.0', '116_alpha..127.0']);
});

test('the main slot is no limit', () => {
  assert.deepEqual(brief(ranges('lt 1.2:0'), ranges('ge 1.2:0')), ['..1.2']);
});

const version = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 }))
  .map(([major, minor, revision]) => `${major}.${minor}${revision === 0 ? '' : `-r${revision}`}`);
const operator = fc.constantFrom('lt', 'le', 'eq', 'ge', 'gt', 'rlt', 'rle', 'rge', 'rgt');
const range = fc.record({ operator, version, slot: fc.constant('*') });

function withoutRevision(text: string): string {
  return text.replace(/-r\d+$/, '');
}

/** Portage's own meaning of an operator. */
function isIn(installed: string, { operator: written, version: bound }: GentooRange): boolean {
  if (written.startsWith('r') && withoutRevision(installed) !== withoutRevision(bound)) return false;
  const order = portage.compare(installed, bound);
  switch (written.replace(/^r/, '')) {
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
    case 'eq':
      return order === 0;
    case 'ge':
      return order >= 0;
    default:
      return order > 0;
  }
}

test('intervals hold a version if and only if the ranges do', () => {
  const some = fc.array(range, { maxLength: 4 });
  fc.assert(
    fc.property(some, some, version, (vulnerable, unaffected, installed) => {
      const intervals = affectedIntervals(vulnerable, unaffected) ?? [];
      const isAffected =
        vulnerable.some((some) => isIn(installed, some)) && !unaffected.some((some) => isIn(installed, some));
      assert.equal(findInterval(portage, installed, intervals).interval !== null, isAffected);
    }),
    { numRuns: 500 },
  );
});
