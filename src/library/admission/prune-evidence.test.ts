import assert from 'node:assert/strict';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { type Digest, digestHex, digestOf } from '../../model/digest.ts';
import { PACKAGES_TYPE } from '../../trust/statements/predicate-types.ts';
import { evidenceFolder, keepEvidence, readKeptEvidence } from './kept-evidence.ts';
import { pruneEvidence } from './prune-evidence.ts';

const NOW = 1_800_000_000;
const DAY = 86_400;

test('evidence is kept as long as somebody can ask for it, or its image is being examined', (t) => {
  const folder = temporaryDirectory(t);
  const keep = (text: string, ageSeconds: number): Digest => {
    const bytes = Buffer.from(text);
    const digest = digestOf(bytes);
    keepEvidence(folder, { predicateType: PACKAGES_TYPE, bytes });
    utimesSync(join(evidenceFolder(folder), digestHex(digest)), NOW, NOW - ageSeconds);
    return digest;
  };
  const asked: string[] = [];
  const prune = (...needed: readonly Digest[]) =>
    pruneEvidence(folder, { newestEvidence: (type) => (asked.push(type), needed) }, NOW);

  assert.equal(prune(), 0);
  const standing = keep('of the image that stands', 100 * DAY);
  const young = keep('of one that is examined', DAY / 2);
  keep('of an earlier generation', 2 * DAY);
  assert.equal(prune(standing), 1);
  assert.deepEqual(asked, [PACKAGES_TYPE]);
  assert.deepEqual(
    readdirSync(evidenceFolder(folder)).toSorted(),
    [standing, young].map(digestHex).toSorted(),
  );
  assert.equal(readKeptEvidence(folder, standing)?.toString(), 'of the image that stands');
});
