/** Whatever stands in a predicate, reading and checking it answers; nothing is thrown and nothing takes long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as holds, constantFrom, jsonValue, property } from 'fast-check';
import {
  attestation,
  BUILDKIT,
  BUILDKIT_02,
  GITHUB,
  V01,
  V02,
  V1,
  VERSION_01,
} from '../../../test/trust/provenance-samples.ts';
import { makeVsa, readVsa, VSA_TYPE } from '../statements/vsa.ts';
import { digestOf } from '../../model/digest.ts';
import { checkProvenance } from './check-provenance.ts';

const SUMMARY = makeVsa({
  verifierId: 'x',
  verifierVersion: '1',
  timeVerified: new Date(0),
  resourceUri: 'x',
  policy: { uri: 'x', digest: digestOf('') },
  inputs: [digestOf('')],
  isPassed: true,
  verifiedLevels: [],
});

/** Every place of a JSON value, as the fields that lead to it. */
function placesIn(value: unknown, way: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([field, one]) => placesIn(one, [...way, field]))];
}

function replaced(value: unknown, [field, ...way]: readonly string[], by: unknown): unknown {
  if (field === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[field] = replaced(copy[field], way, by);
  return copy;
}

for (const [predicateType, sample] of [
  [V1, GITHUB],
  [V1, BUILDKIT],
  [V02, BUILDKIT_02],
  [V01, VERSION_01],
  [VSA_TYPE, SUMMARY],
] as const) {
  const places = placesIn(sample);
  test(`${predicateType}: any value at any place (${places.length} places)`, () => {
    holds(
      property(constantFrom(...places), jsonValue(), (place, by) => {
        const predicate = replaced(sample, place, by);
        if (predicateType === VSA_TYPE) readVsa({ predicateType, predicate });
        else assert.ok(checkProvenance(attestation(predicate, { predicateType }), null).length > 0);
      }),
      { numRuns: 300, seed: 5 },
    );
  });
}
