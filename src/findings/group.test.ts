import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { advisory } from '../../test/packages.ts';
import { groupByFlaw, isCve } from './group.ts';

interface Names {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly covers?: readonly string[];
}

const member = ({ id, ...names }: Names) => ({ candidate: { advisory: advisory(id, [], names) } });

/** Identifier, aliases and members of each group. */
function grouped(records: readonly Names[]): (readonly [string, readonly string[], readonly string[]])[] {
  return groupByFlaw(records.map(member)).map(
    ({ id, aliases, members }) =>
      [id, aliases, members.map(({ candidate }) => candidate.advisory.id)] as const,
  );
}

type Case = readonly [string, readonly Names[], ReturnType<typeof grouped>];

const CASES: readonly Case[] = [
  [
    'a GHSA and its CVE',
    [{ id: 'GHSA-35jh-r3h4-6jhm', aliases: ['CVE-2021-23337'] }],
    [['CVE-2021-23337', ['GHSA-35jh-r3h4-6jhm'], ['GHSA-35jh-r3h4-6jhm']]],
  ],
  [
    'a chain of aliases, GHSA and PYSEC',
    [
      { id: 'GHSA-g6c3-4ccc-fhj5', aliases: ['PYSEC-2023-192'] },
      { id: 'PYSEC-2023-192', aliases: ['CVE-2023-43804'] },
    ],
    [
      [
        'CVE-2023-43804',
        ['GHSA-g6c3-4ccc-fhj5', 'PYSEC-2023-192'],
        ['GHSA-g6c3-4ccc-fhj5', 'PYSEC-2023-192'],
      ],
    ],
  ],
  ['no CVE', [{ id: 'GHSA-6chw-6frg-f759' }], [['GHSA-6chw-6frg-f759', [], ['GHSA-6chw-6frg-f759']]]],
  [
    'no CVE, several names',
    [{ id: 'PYSEC-2024-1', aliases: ['BIT-x-1', 'GHSA-aaaa-bbbb-cccc'] }],
    [['GHSA-aaaa-bbbb-cccc', ['BIT-x-1', 'PYSEC-2024-1'], ['PYSEC-2024-1']]],
  ],
  [
    'an erratum with two flaws is a name of neither',
    [{ id: 'ALSA-2022:6964', covers: ['CVE-2022-35255', 'CVE-2022-35256'] }],
    [
      ['CVE-2022-35255', [], ['ALSA-2022:6964']],
      ['CVE-2022-35256', [], ['ALSA-2022:6964']],
    ],
  ],
  [
    'an erratum with one flaw is a name of it',
    [{ id: 'ALSA-2023:5850', covers: ['CVE-2023-44487'] }],
    [['CVE-2023-44487', ['ALSA-2023:5850'], ['ALSA-2023:5850']]],
  ],
  [
    'errata join nothing',
    [
      { id: 'ALSA-2023:5850', covers: ['CVE-2023-44487'] },
      { id: 'ALSA-2024:1444', covers: ['CVE-2024-22019', 'CVE-2023-44487'] },
    ],
    [
      ['CVE-2023-44487', ['ALSA-2023:5850'], ['ALSA-2023:5850', 'ALSA-2024:1444']],
      ['CVE-2024-22019', [], ['ALSA-2024:1444']],
    ],
  ],
  [
    'an erratum that names a flaw by its alias',
    [
      { id: 'DSA-1-1', covers: ['GHSA-aaaa-bbbb-cccc'] },
      { id: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2024-0001'] },
    ],
    [['CVE-2024-0001', ['DSA-1-1', 'GHSA-aaaa-bbbb-cccc'], ['DSA-1-1', 'GHSA-aaaa-bbbb-cccc']]],
  ],
  [
    'two CVEs are two flaws, whatever a record claims',
    [
      { id: 'GHSA-aaaa-bbbb-cccc', aliases: ['CVE-2024-0001', 'CVE-2024-0002'] },
      { id: 'CVE-2024-0001' },
      { id: 'PYSEC-2024-9', aliases: ['GHSA-aaaa-bbbb-cccc'] },
    ],
    [
      ['CVE-2024-0001', [], ['GHSA-aaaa-bbbb-cccc', 'CVE-2024-0001', 'PYSEC-2024-9']],
      ['CVE-2024-0002', [], ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2024-9']],
    ],
  ],
  [
    'aliases in a circle',
    [
      { id: 'GHSA-aaaa-bbbb-cccc', aliases: ['PYSEC-2024-9'] },
      { id: 'PYSEC-2024-9', aliases: ['GHSA-aaaa-bbbb-cccc'] },
    ],
    [['GHSA-aaaa-bbbb-cccc', ['PYSEC-2024-9'], ['GHSA-aaaa-bbbb-cccc', 'PYSEC-2024-9']]],
  ],
  [
    'hostile names',
    [{ id: '__proto__', aliases: ['constructor'] }],
    [['__proto__', ['constructor'], ['__proto__']]],
  ],
];

for (const [name, records, expected] of CASES) {
  test(`group: ${name}`, () => assert.deepEqual(grouped(records), expected));
}

const name = fc.oneof(
  fc.nat(5).map((n) => `CVE-2024-000${n}`),
  fc.nat(5).map((n) => `GHSA-${n}`),
);
const records = fc.uniqueArray(
  fc.record({
    id: name,
    aliases: fc.array(name, { maxLength: 3 }),
    covers: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.uniqueArray(name, { maxLength: 3 }) },
    ),
  }),
  { selector: ({ id }) => id, maxLength: 8 },
);

test('every record is in a group, and no name stands for two flaws', () => {
  fc.assert(
    fc.property(records, (some) => {
      const groups = grouped(some);
      const names = groups.flatMap(([id, aliases]) => [id, ...aliases]);
      assert.equal(new Set(names).size, names.length);
      assert.ok(
        names.filter(isCve).every((cve) => groups.some(([id]) => id === cve)),
        'a CVE is never an alias',
      );
      const members = new Set(groups.flatMap(([, , ids]) => ids));
      assert.deepEqual([...members].sort(), some.map(({ id }) => id).sort());
    }),
    { numRuns: 500 },
  );
});

test('the order of records does not matter', () => {
  fc.assert(
    fc.property(records, (some) => {
      const sorted = (groups: ReturnType<typeof grouped>) =>
        groups.map(([id, aliases, ids]) => [id, aliases, ids.toSorted()]);
      assert.deepEqual(sorted(grouped(some.toReversed())), sorted(grouped(some)));
    }),
  );
});
