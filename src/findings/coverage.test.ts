import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase, type MemoryDatabaseContent } from '../../test/memory-database.ts';
import { advisory, affects, distribution, pkg } from '../../test/packages.ts';
import type { Distribution, Package } from '../model/package.ts';
import { findVulnerabilities } from './findings.ts';

const records = [
  advisory('A', [
    affects('Debian:12', 'x', '2'),
    affects('Debian:11', 'x', '2'),
    affects('npm', 'x', '2.0.0'),
  ]),
  advisory('B', [affects('npm', 'broken', 'soon')]),
];
const bookworm = distribution('debian', '12', { prettyName: 'Debian GNU/Linux 12 (bookworm)' });
const DAY = '2026-11-20';

function coverage(
  packages: readonly Package[],
  on: Distribution | null,
  content: Partial<MemoryDatabaseContent> = {},
): string[] {
  const report = findVulnerabilities({
    packages,
    distribution: on,
    database: memoryDatabase({ advisories: records, newest: `${DAY}T00:00:00Z`, ...content }),
    now: Date.parse(`${DAY}T12:00:00Z`),
    staleAfterDays: 7,
  });
  return report.coverage.map(({ code, message, subject }) => `${code} [${subject}] ${message}`);
}

const deb = pkg('deb', 'x', '1');
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['everything was seen', coverage([deb, pkg('npm', 'x', '1.0.0')], bookworm), []],
  ['no distribution and no package of one', coverage([pkg('npm', 'x', '1.0.0')], null), []],
  [
    'no distribution',
    coverage([deb], null),
    [
      'DISTRIBUTION_UNKNOWN [os-release] No os-release tells the distribution: 1 package could not be matched.',
    ],
  ],
  [
    'nothing at all',
    coverage([], null),
    [
      'DISTRIBUTION_UNKNOWN [os-release] No distribution and no package was recognised: that nothing was found says nothing.',
    ],
  ],
  [
    'a release that the database lacks',
    coverage([deb], distribution('debian', '13')),
    [
      'DISTRIBUTION_NOT_COVERED [debian 13] The advisory database has nothing for debian 13: its packages were not matched. Looked for: Debian:13.',
    ],
  ],
  [
    'a derived distribution',
    coverage([deb], distribution('raspbian', '12', { idLike: ['debian'] })),
    [
      "DISTRIBUTION_NOT_COVERED [raspbian 12] The advisory database has nothing for raspbian 12: its packages were not matched. It is like debian, but builds packages of its own, to which debian's advisories do not apply.",
    ],
  ],
  [
    'an unknown distribution',
    coverage([deb], distribution('homebrewed', '1')),
    [
      'DISTRIBUTION_NOT_COVERED [homebrewed 1] The advisory database has nothing for homebrewed 1: its packages were not matched. Hallmark knows no source of advisories for it.',
    ],
  ],
  [
    'past its support',
    coverage([deb], distribution('debian', '11')),
    [
      'DISTRIBUTION_END_OF_LIFE [debian 11] debian 11 has had no public security updates since 2026-08-31: flaws found later are in no advisory for it.',
    ],
  ],
  [
    'packages of another format',
    coverage([deb, pkg('rpm', 'x', '1-1'), pkg('rpm', 'y', '1-1')], bookworm),
    [
      "ECOSYSTEM_NOT_COVERED [rpm] 2 rpm packages could not be matched: the distribution's advisories speak of deb packages.",
    ],
  ],
  [
    'an ecosystem without a source',
    coverage([pkg('npm', 'x', '1.0.0')], bookworm, {
      advisories: [advisory('A', [affects('Debian:12', 'x', '2')])],
    }),
    [
      'ECOSYSTEM_NOT_COVERED [npm] The advisory database has no source for npm: 1 package could not be matched.',
    ],
  ],
  [
    'an ecosystem of which only some flaws are known',
    coverage([pkg('npm', 'x', '1.0.0')], bookworm, {
      advisories: [
        advisory('A', [affects('Debian:12', 'x', '2')]),
        advisory('CVE-2024-0001', [affects('npm', 'x', '2.0.0')]),
      ],
      partial: ['npm'],
    }),
    [
      'ECOSYSTEM_NOT_COVERED [npm] The advisory database has no comprehensive source for npm: most flaws in 1 package are not known to it.',
    ],
  ],
  [
    'no version',
    coverage([pkg('npm', 'x', '')], bookworm),
    [
      "PACKAGE_WITHOUT_VERSION [pkg:npm/x] x states no version: it could not be compared with any advisory's.",
    ],
  ],
  [
    'a version that is none',
    coverage([pkg('npm', 'x', 'v?')], bookworm),
    ['VERSION_UNREADABLE [pkg:npm/x@v%3F] x was not compared: not a version in the scheme npm: "v?".'],
  ],
  [
    'a range that cannot be read',
    coverage([pkg('npm', 'broken', '1.0.0')], bookworm),
    [
      'ADVISORY_UNREADABLE [B] B is not decided for broken: a bound of a range cannot be read: not a version in the scheme npm: "soon".',
    ],
  ],
  ['seven days old', coverage([deb], bookworm, { newest: '2026-11-13T12:00:00Z' }), []],
  [
    'eight days old',
    coverage([deb], bookworm, { newest: '2026-11-12T00:00:00Z' }),
    [
      'ADVISORIES_STALE [advisory database] The newest advisory in the database is 8 days old (limit 7): later flaws are not known to it.',
    ],
  ],
  [
    'of unknown age',
    coverage([deb], bookworm, { newest: null }),
    [
      'ADVISORIES_STALE [advisory database] The newest advisory in the database is of unknown age (limit 7): later flaws are not known to it.',
    ],
  ],
];

for (const [name, actual, expected] of CASES) {
  test(`coverage: ${name}`, () => assert.deepEqual(actual, expected));
}
