import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { SeverityStatement } from '../advisory.ts';
import { AdvisoryError } from '../errors.ts';
import {
  decodeSeverities,
  decodeStatement,
  encodeSeverities,
  encodeStatement,
  type StatementFacts,
} from './statement-codec.ts';

const version = fc.option(fc.string({ minLength: 1, maxLength: 12 }), { nil: null });
const severity: fc.Arbitrary<SeverityStatement> = fc.oneof(
  fc
    .tuple(fc.constantFrom('2.0', '3.0', '3.1', '4.0'), fc.string())
    .map(([scale, vector]) => ({ kind: 'cvss', version: scale, vector }) as const),
  fc
    .tuple(fc.constantFrom('critical', 'negligible', 'unknown'), fc.string())
    .map(([level, word]) => ({ kind: 'word', word, level }) as const),
);
const interval = fc
  .tuple(version, version, version, fc.boolean())
  .map(([introduced, fixed, lastAffected, isAfter]) => ({
    introduced,
    fixed,
    lastAffected,
    ...(isAfter ? { afterIntroduced: true as const } : {}),
  }));

const facts: fc.Arbitrary<StatementFacts> = fc.record(
  {
    status: fc.constantFrom(
      'affected',
      'not_affected',
      'will_not_fix',
      'deferred',
      'end_of_life',
      'unimportant',
    ),
    statusWord: version,
    intervals: fc.array(interval, { maxLength: 3 }),
    versions: fc.array(fc.string(), { maxLength: 3 }),
    severities: fc.array(severity, { maxLength: 2 }),
    architectures: fc.array(fc.string(), { maxLength: 2 }),
    module: version,
    channel: version,
    platforms: fc.array(fc.string(), { maxLength: 2 }),
  },
  { noNullPrototype: true },
);

test('a statement comes back as it was', () => {
  fc.assert(
    fc.property(facts, (statement) =>
      assert.deepEqual(decodeStatement(encodeStatement(statement)), statement),
    ),
  );
});

test('the frequent statement is short', () => {
  const statement: StatementFacts = {
    status: 'affected',
    statusWord: null,
    intervals: [{ introduced: null, fixed: '1.36.1-r1', lastAffected: null }],
    versions: [],
    severities: [],
    architectures: [],
    module: null,
    channel: null,
    platforms: [],
  };
  assert.equal(encodeStatement(statement), '[0,[[null,"1.36.1-r1"]]]');
});

test('severities come back as they were', () => {
  fc.assert(
    fc.property(fc.array(severity), (list) =>
      assert.deepEqual(decodeSeverities(encodeSeverities(list)), list),
    ),
  );
});

test('anything else is an error of the database, never a wrong statement', () => {
  for (const body of [
    '',
    '{}',
    'null',
    '[]',
    '[99]',
    '["affected"]',
    '[0,1]',
    '[0,[1]]',
    '[0,[[1]]]',
    '[0,[],[1]]',
    '[0,[],[],1]',
    '[0,[],[],null,null,[["loud","x"]]]',
  ]) {
    assert.throws(
      () => decodeStatement(body),
      (error) => error instanceof AdvisoryError && error.code === 'DATABASE_UNREADABLE',
      body,
    );
  }
});
