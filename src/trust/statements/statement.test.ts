import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  IMAGE,
  IMAGE_BYTES,
  statementAbout,
  subject,
  subjectsOf as subjects,
} from '../../../test/trust/evidence.ts';
import { digestHex } from '../../model/digest.ts';
import { parseStatement, subjectsOf } from './statement.ts';

const valid = statementAbout(IMAGE, 'https://spdx.dev/Document', { name: 'bill' });
const parse = (change: object) => parseStatement(Buffer.from(JSON.stringify({ ...valid, ...change })));

describe('statements', () => {
  test('are read in version 1 and 0.1', () => {
    for (const type of ['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']) {
      // digests have no prototype, so that no name of theirs meets one of Object's
      assert.deepEqual(structuredClone(parse({ _type: type })), {
        type,
        subjects: [{ name: '', digests: { sha256: digestHex(IMAGE) } }],
        predicateType: 'https://spdx.dev/Document',
        predicate: { name: 'bill' },
      });
    }
  });

  const refused: Readonly<Record<string, readonly [change: object, reason: RegExp]>> = {
    'another type': [{ _type: 'https://in-toto.io/Link/v1' }, /expected a statement/],
    'no subject': [{ subject: [] }, /about nothing/],
    'a subject that is no list': [{ subject: {} }, /"subject"/],
    'a digest that is no text': [{ subject: [{ digest: { sha256: 1 } }] }, /digest/],
    'a digest in capitals': [
      { subject: [{ digest: { sha256: digestHex(IMAGE).toUpperCase() } }] },
      /wrong form/,
    ],
    'a digest that is cut': [{ subject: [{ digest: { sha256: digestHex(IMAGE).slice(2) } }] }, /wrong form/],
    'no predicate type': [{ predicateType: '' }, /no predicate type/],
  };
  for (const [name, [change, reason]] of Object.entries(refused)) {
    test(`are refused with ${name}`, () => {
      const read = parse(change);
      assert.match(typeof read === 'string' ? read : '', reason);
    });
  }
});

const digest = (algorithm: string): string => createHash(algorithm).update(IMAGE_BYTES).digest('hex');

describe('what a statement is about', () => {
  const cases: Readonly<Record<string, readonly [digests: Record<string, string>, isAbout: boolean]>> = {
    'one digest': [{ sha256: digest('sha256') }, true],
    'several digests': [{ sha256: digest('sha256'), sha512: digest('sha512') }, true],
    'another strong digest': [{ sha512: digest('sha512') }, true],
    'one that contradicts': [{ sha256: digest('sha256'), sha384: '0'.repeat(96) }, false],
    'a weak digest only': [{ sha1: digest('sha1') }, false],
    'a strong digest and one that nobody knows': [{ sha256: digest('sha256'), acme: 'x' }, true],
    'a name of a property of objects': [{ constructor: 'x' }, false],
    'no digest': [{}, false],
  };
  for (const [name, [digests, isAbout]] of Object.entries(cases)) {
    test(name, () => {
      const statement = parse({ subject: [{ digest: digests }] });
      assert.ok(typeof statement !== 'string');
      assert.equal(subjectsOf(statement, subjects(subject(IMAGE_BYTES))).length, isAbout ? 1 : 0);
    });
  }
});
