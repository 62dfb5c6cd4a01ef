/** The rules of docs/findings.md for languages' packages and for programs, each by upstream's own records. */
import { testRules } from '../../test/finding-rules.ts';
import { advisory, affects, distribution, pkg, realRecords } from '../../test/packages.ts';

const go = realRecords('go');
const python = realRecords('pypa');
const golang = (name: string, version: string) => pkg('golang', name, version);
const STDLIB = 'CVE-2026-56860';

testRules([
  [
    'Go: the standard library, by its release',
    golang('stdlib', '1.25.12'),
    null,
    go,
    [`${STDLIB} affected 1.25.13`],
  ],
  [
    'Go: the fix of the branch that is installed',
    golang('stdlib', '1.26.3'),
    null,
    go,
    [`${STDLIB} affected 1.26.6`],
  ],
  ['Go: a release candidate', golang('stdlib', '1.27.0-rc.2'), null, go, [`${STDLIB} affected 1.27.0-rc.3`]],
  ['Go: a release with the fix', golang('stdlib', '1.26.6'), null, go, []],
  [
    'Go: the path of a major version is another module (GO-2021-0051)',
    golang('github.com/labstack/echo', 'v3.3.10+incompatible'),
    null,
    go,
    [],
  ],
  [
    'Go: the module of a major version (GO-2021-0051)',
    golang('github.com/labstack/echo/v4', 'v4.1.17'),
    null,
    go,
    ['CVE-2020-36565 affected 4.1.18-0.20201215153152-4422e3b66b9f'],
  ],
  [
    'Go: pseudo-versions are ordered by their time (GO-2020-0004)',
    golang('github.com/nanobox-io/golang-nanoauth', 'v0.0.0-20190101000000-0123456789ab'),
    null,
    go,
    ['CVE-2020-36569 affected 0.0.0-20200131131040-063a3fb69896'],
  ],
  [
    'Go: +incompatible does not count (GO-2021-0072)',
    golang('github.com/docker/distribution', 'v2.6.2+incompatible'),
    null,
    go,
    ['CVE-2017-11468 affected 2.7.0-rc.0+incompatible'],
  ],
  [
    'Go: (devel) is no version (GO-2021-0051)',
    golang('github.com/labstack/echo/v4', '(devel)'),
    null,
    go,
    ['CVE-2020-36565 under_investigation -'],
  ],
  [
    'Go: the version of a directory is none (GO-2021-0051)',
    golang('github.com/labstack/echo/v4', 'v0.0.0-00010101000000-000000000000'),
    null,
    go,
    ['CVE-2020-36565 under_investigation -'],
  ],
  [
    'PyPI: leading zeros do not count (PYSEC-2022-42986)',
    pkg('pypi', 'certifi', '2022.12.07'),
    null,
    python,
    [],
  ],
  [
    'PyPI: one release before (PYSEC-2022-42986)',
    pkg('pypi', 'certifi', '2022.9.24'),
    null,
    python,
    ['CVE-2022-23491 affected 2022.12.7'],
  ],
  [
    'malicious: a listed version (MAL-2026-5276)',
    pkg('pypi', 'nucbox', '0.1.2'),
    null,
    python,
    ['PYSEC-2026-605 affected -'],
  ],
  ['malicious: another version (MAL-2026-5276)', pkg('pypi', 'nucbox', '0.1.1'), null, python, []],
  [
    'Maven: the group is a part of the name (GHSA-3pxv-7cmr-fjr4)',
    pkg('maven', 'log4j-core', '2.17.1'),
    null,
    realRecords('maven'),
    [],
  ],
  [
    'Maven: group and artifact (GHSA-3pxv-7cmr-fjr4)',
    pkg('maven', 'org.apache.logging.log4j:log4j-core', '2.17.1'),
    null,
    realRecords('maven'),
    ['CVE-2026-34480 affected 2.25.4'],
  ],
  [
    'Packagist: Drupal’s own registry (DRUPAL-CONTRIB-2021-025)',
    pkg('composer', 'drupal/admin_toolbar', '2.4.0'),
    null,
    realRecords('drupal'),
    ['DRUPAL-CONTRIB-2021-025 affected 2.5.0'],
  ],
  [
    'Haskell: the compiler, by the version of its library (HSEC-2024-0008)',
    pkg('hackage', 'ghc', '9.6.5'),
    null,
    [advisory('HSEC-2024-0008', [affects('GHC', 'ghc', '9.6.6', { naming: 'binary', scheme: 'hackage' })])],
    ['HSEC-2024-0008 affected 9.6.6'],
  ],
  [
    'Bitnami: by its own ecosystem and revision (BIT-redis-2026-25589)',
    pkg('bitnami', 'redis', '8.2.5-3', { cpes: ['cpe:2.3:a:redis:redis:8.2.5:*:*:*:*:*:*:*'] }),
    null,
    realRecords('bitnami'),
    ['CVE-2026-25589 affected 8.2.6'],
  ],
  [
    'a program, by the curated name of the product (CVE-2023-46218)',
    pkg('generic', 'curl', '8.4.0', { cpes: ['cpe:2.3:a:haxx:curl:8.4.0:*:*:*:*:*:*:*'] }),
    null,
    realRecords('nvd-overrides'),
    ['CVE-2023-46218 affected 8.5.0'],
  ],
  [
    'a program without a curated name is not looked up (CVE-2023-46218)',
    pkg('generic', 'curl', '8.4.0'),
    null,
    realRecords('nvd-overrides'),
    [],
  ],
  [
    'a package with a name of its own is not looked up as a product (CVE-2023-46218)',
    pkg('deb', 'curl', '8.4.0-1', { cpes: ['cpe:2.3:a:haxx:curl:8.4.0:*:*:*:*:*:*:*'] }),
    distribution('debian', '12'),
    realRecords('nvd-overrides'),
    [],
  ],
  [
    'Docker Hardened Images: components by their own names (CVE-2007-4559)',
    pkg('generic', 'python', '3.10.11'),
    distribution('dhi', '13'),
    realRecords('dhi'),
    ['CVE-2007-4559 affected 3.10.12'],
  ],
  [
    'Docker Hardened Images: not those of other images (CVE-2007-4559)',
    pkg('generic', 'python', '3.10.11'),
    distribution('debian', '13'),
    realRecords('dhi'),
    [],
  ],
  [
    'several sources: the smallest version that all call free of the flaw',
    pkg('npm', 'x', '1.9.0'),
    null,
    [
      advisory(
        'GHSA-1',
        [
          affects('npm', 'x', null, {
            intervals: [
              { introduced: null, fixed: '1.9.5', lastAffected: null },
              { introduced: '2.0.0', fixed: '2.0.3', lastAffected: null },
            ],
          }),
        ],
        { aliases: ['CVE-2024-0001'] },
      ),
      advisory('OSV-1', [affects('npm', 'x', '2.0.0')], { aliases: ['CVE-2024-0001'], source: 'osv' }),
    ],
    ['CVE-2024-0001 affected 2.0.3'],
  ],
]);
