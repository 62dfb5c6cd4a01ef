import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { isTag } from '../../definitions/values.ts';
import {
  dayOf,
  formatDatedName,
  isDatable,
  MOST_A_DAY,
  nextDatedName,
  parseDatedName,
} from './dated-name.ts';

const tags = fc.stringMatching(/^\w[\w.-]{0,114}$/);
const names = fc.record({
  tag: tags,
  day: fc.stringMatching(/^\d{8}$/),
  number: fc.integer({ min: 1, max: MOST_A_DAY }),
});

const next = (last: string | null) => formatDatedName(nextDatedName('8', last, '20261121'));

suite('names that never move', () => {
  test('every name is a tag, and says whose it is: no two tags, days or numbers have one name', () => {
    fc.assert(
      fc.property(names, (name) => {
        const text = formatDatedName(name);
        assert.ok(isTag(text), text);
        assert.deepEqual(parseDatedName(text), { ...name });
      }),
    );
  });

  test('what is read as a name is written the same', () => {
    const texts = fc
      .tuple(tags, fc.stringMatching(/^-\d{7,9}(?:\.\d{0,4})?$/))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const read = parseDatedName(text);
        if (read !== null) assert.equal(formatDatedName(read), text);
      }),
    );
  });

  const table: readonly (readonly [string, ReturnType<typeof parseDatedName>])[] = [
    ['8.2.1-20261121', { tag: '8.2.1', day: '20261121', number: 1 }],
    ['8.2.1-20261121.2', { tag: '8.2.1', day: '20261121', number: 2 }],
    ['8.2.1-20261121.999', { tag: '8.2.1', day: '20261121', number: 999 }],
    ['trixie-20261109-slim-20261121', { tag: 'trixie-20261109-slim', day: '20261121', number: 1 }],
    ['trixie-20261109-slim', null],
    ['8.2.1-20261121.1', null],
    ['8.2.1-20261121.0', null],
    ['8.2.1-20261121.02', null],
    ['8.2.1-20261121.1000', null],
    ['8.2.1-2026112', null],
    ['8.2.120261121', null],
    ['-20261121', null],
    ['', null],
  ];
  for (const [text, expected] of table) {
    test(`${text || 'an empty one'} is read as ${expected === null ? 'none' : expected.tag}`, () => {
      assert.deepEqual(parseDatedName(text), expected);
    });
  }

  test('days are those of UTC', () => {
    assert.equal(dayOf(new Date('2026-11-21T23:59:59+14:00')), '20261121');
    assert.equal(dayOf(new Date('2026-11-21T23:59:59-01:00')), '20261122');
  });

  test('the number goes on after the last name of the day', () => {
    assert.equal(next(null), '8-20261121');
    assert.equal(next('8-20261120.7'), '8-20261121');
    assert.equal(next('8-20261121'), '8-20261121.2');
    assert.equal(next('8-20261121.9'), '8-20261121.10');
    assert.equal(next('something else'), '8-20261121');
  });

  test('tags that are too long for a name have none', () => {
    assert.ok(isDatable('a'.repeat(115)));
    assert.ok(!isDatable('a'.repeat(116)));
  });
});
