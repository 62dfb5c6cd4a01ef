import type { Software } from './classifier.ts';

/** Applications in scripting languages, which state their version in a file of their source. */
export const APPLICATIONS: readonly Software[] = [
  {
    name: 'composer/composer',
    type: 'composer',
    cpes: ['getcomposer:composer'],
    evidence: [
      {
        texts: ['bin/composer', 'composer.phar', 'Composer/Composer.php'],
        clues: [
          {
            anchor: "const VERSION = '",
            pattern:
              /const VERSION = '(?<version>\d+\.\d+\.\d+(?:-\w+)?)';\s+(?:public )?const BRANCH_ALIAS_VERSION/,
          },
        ],
      },
    ],
  },
  {
    name: 'drupal/core',
    type: 'composer',
    cpes: ['drupal:drupal'],
    evidence: [
      {
        texts: ['core/lib/Drupal.php'],
        clues: [
          { anchor: 'const VERSION = ', pattern: /const VERSION = '(?<version>\d+\.\d+\.\d+[\w.-]{0,20})'/ },
        ],
      },
    ],
  },
  {
    name: 'ghost',
    type: 'npm',
    cpes: ['ghost:ghost'],
    evidence: [
      {
        texts: ['versions/*/package.json'],
        clues: [
          {
            anchor: '"name": "ghost",',
            pattern: /"name": "ghost",\s+"version": "(?<version>\d+\.\d+\.\d+[\w.-]{0,20})"/,
          },
        ],
      },
    ],
  },
  {
    name: 'joomla',
    cpes: ['joomla:joomla!'],
    evidence: [
      {
        texts: ['libraries/src/Version.php'],
        clues: [
          {
            anchor: 'MAJOR_VERSION = ',
            pattern:
              /MAJOR_VERSION = (?<major>\d+);[^$]{1,150}MINOR_VERSION = (?<minor>\d+);[^$]{1,150}PATCH_VERSION = (?<patch>\d+);/,
            after: 600,
          },
        ],
      },
    ],
  },
  {
    name: 'kibana',
    cpes: ['elastic:kibana'],
    evidence: [
      {
        texts: ['kibana/package.json'],
        clues: [
          {
            anchor: '"name": "kibana"',
            pattern: /"name": "kibana"[^{}]{0,400}"version": "(?<version>\d+\.\d+\.\d+[\w.-]{0,20})"/,
            after: 600,
          },
        ],
      },
    ],
  },
  {
    name: 'matomo/matomo',
    type: 'composer',
    cpes: ['matomo:matomo'],
    evidence: [
      {
        texts: ['core/Version.php'],
        clues: [
          {
            anchor: 'const VERSION = ',
            pattern: /const VERSION = '(?<version>\d+\.\d+\.\d+[\w.-]{0,20})'/,
            beside: 'namespace Piwik;',
          },
        ],
      },
    ],
  },
  {
    name: 'mediawiki/core',
    type: 'composer',
    cpes: ['mediawiki:mediawiki'],
    evidence: [
      {
        texts: ['includes/Defines.php'],
        clues: [{ anchor: "'MW_VERSION'", pattern: /'MW_VERSION', '(?<version>\d+\.\d+\.\d+[\w.-]{0,20})'/ }],
      },
    ],
  },
  {
    name: 'nextcloud',
    cpes: ['nextcloud:nextcloud_server'],
    evidence: [
      {
        texts: ['version.php'],
        clues: [
          {
            anchor: '$OC_VersionString',
            pattern: /\$OC_VersionString = '(?<version>\d+(?:\.\d+)+[\w. -]{0,20})'/,
            beside: 'nextcloud',
          },
        ],
      },
    ],
  },
  {
    name: 'phpmyadmin/phpmyadmin',
    type: 'composer',
    cpes: ['phpmyadmin:phpmyadmin'],
    evidence: [
      {
        texts: ['libraries/classes/Version.php', 'src/Version.php'],
        clues: [
          {
            anchor: 'const VERSION = ',
            pattern: /const VERSION = '(?<version>\d+\.\d+\.\d+[\w.-]{0,20})'/,
            beside: 'namespace PhpMyAdmin;',
          },
        ],
      },
    ],
  },
  {
    name: 'redmine',
    cpes: ['redmine:redmine'],
    evidence: [
      {
        texts: ['redmine/version.rb'],
        clues: [
          {
            anchor: 'MAJOR',
            pattern: /MAJOR\s*= (?<major>\d+)\s+MINOR\s*= (?<minor>\d+)\s+TINY\s*= (?<patch>\d+)/,
          },
        ],
      },
    ],
  },
  {
    name: 'wp-cli/wp-cli',
    type: 'composer',
    cpes: ['wp-cli:wp-cli'],
    evidence: [
      {
        texts: ['bin/wp', 'wp-cli.phar'],
        clues: [
          { anchor: 'wp-cli/wp-cli ', pattern: /wp-cli\/wp-cli (?<version>\d+\.\d+\.\d+[\w.-]{0,20})/ },
        ],
      },
    ],
  },
];
