import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bundleEvidence,
  contextOf,
  deployment,
  evidenceOf,
  IMAGE,
  rootOf,
  statementAbout,
} from '../../../test/trust/evidence.ts';
import type { Endorsement } from '../../model/trust.ts';
import type { EvidenceFormat } from './evidence.ts';
import { verifyEvidence } from './verify-evidence.ts';

const FORMATS: readonly EvidenceFormat[] = [
  'sigstore-bundle',
  'cosign-signature',
  'cosign-attestation',
  'notation',
  'dsse',
  'statement',
  'document',
  'predicate',
  'build-log',
  'unknown',
];

const JUNK: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['nothing', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(1000)],
  ['null', Buffer.from('null')],
  ['an empty object', Buffer.from('{}')],
  ['an empty list', Buffer.from('[]')],
  ['text', Buffer.from('"text"')],
  ['nesting', Buffer.from('['.repeat(5000) + ']'.repeat(5000))],
  ['prototypes', Buffer.from('{"__proto__":{"mediaType":"x"},"constructor":{}}')],
];

test('trap, resources: junk-first signature hides a good one', () => {
  const sigstore = deployment();
  const good = bundleEvidence(sigstore, { statement: statementAbout(IMAGE) });
  const junk = FORMATS.flatMap((format) => JUNK.map(([, bytes]) => evidenceOf(format, bytes)));
  const context = contextOf({ sigstore: [rootOf(sigstore)] });
  const outcomes = verifyEvidence([...junk, good, ...junk], context);
  assert.equal(outcomes.length, 2 * junk.length + 1);
  assert.deepEqual(
    outcomes.filter(({ result }) => result === 'holds').map(({ evidence }) => evidence),
    [good],
  );
});

for (const format of FORMATS) {
  test(`junk as ${format} is no exception, and never sound`, () => {
    for (const [name, bytes] of JUNK) {
      const [outcome] = verifyEvidence(
        [evidenceOf(format, bytes)],
        contextOf({ sigstore: [rootOf(deployment())] }),
      );
      assert.notEqual(outcome?.result, 'holds', name);
      assert.ok(outcome && outcome.checks.length > 0, name);
      assert.ok(
        outcome.checks.every((check) => check.outcome !== 'passed'),
        name,
      );
    }
  });
}

const claimOf = ({ signer, subject, meaning, statement }: Endorsement) => ({
  signer,
  subject,
  meaning,
  statement,
});

test('any bit of a bundle may be changed: it is no exception, and what holds says the same', () => {
  const sigstore = deployment();
  const good = bundleEvidence(sigstore, { statement: statementAbout(IMAGE), logs: [1, 2], timestamps: [{}] });
  const context = contextOf({ sigstore: [rootOf(sigstore)] });
  const [sound] = verifyEvidence([good], context);
  for (let at = 0; at < good.content.length; at += 41) {
    const content = Buffer.from(good.content);
    content.writeUInt8(content.readUInt8(at) ^ (1 << (at % 7)), at);
    const [outcome] = verifyEvidence([evidenceOf('sigstore-bundle', content)], context);
    if (outcome?.result !== 'holds') continue;
    // names of fields that nobody reads may differ
    assert.deepEqual(outcome.endorsements.map(claimOf), sound?.endorsements.map(claimOf));
  }
});

test('what nothing signs is unsigned, and what is not known is undecided', () => {
  const results = FORMATS.slice(5).map(
    (format) => verifyEvidence([evidenceOf(format, '{}')], contextOf({}))[0]?.result,
  );
  assert.deepEqual(results, ['unsigned', 'unsigned', 'unsigned', 'unsigned', 'undecided']);
});
