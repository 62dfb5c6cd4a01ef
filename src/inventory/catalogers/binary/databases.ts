import type { Clue, Software } from './classifier.ts';

/** How a build of Redis or of Valkey is named: version, host (in a container twelve hex digits) and nanoseconds. */
const BUILD_ID = {
  anchor: '000000000\0',
  pattern: /(?<version>\d+\.\d+\.\d{1,2}(?:-rc\d+)?)(?:buildkitsandbox|[0-9a-f]{12})-\d{10}0{9}\0/,
} as const satisfies Clue;

/** What INFO prints behind or before the version, as the compilers of several releases laid it out. */
const REDIS: readonly Clue[] = [
  { anchor: 'Redis version 2.', pattern: /Redis version (?<version>\d+\.\d+\.\d+)\0/ },
  { anchor: '\0c11-builtin\0', pattern: /\0(?<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0c11-builtin\0/ },
  { anchor: '# Server\r\nredis_version:', pattern: /\0(?<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0+# Server/ },
  BUILD_ID,
];

const MARIADB: readonly Clue[] = [
  { anchor: '-MariaDB\0', pattern: /\0(?<version>\d+\.\d+\.\d+)-MariaDB\0/ },
  { anchor: '-MariaDB-', pattern: /\0(?<version>\d+\.\d+\.\d+)-MariaDB-/ },
  { anchor: '/mariadb-', pattern: /\/mariadb-(?<version>\d+\.\d+\.\d+)-\d/ },
];

/** MySQL and what was made from it hold the paths of their sources. */
const MYSQL: readonly Clue[] = [
  { anchor: '/mysql-', pattern: /\/mysql-(?<version>[5-9]\.\d+\.\d+)(?:-[a-z]\w*)?\// },
  {
    anchor: '\0mysql_real_escape_string_quote\0',
    pattern: /\0(?<version>[5-9]\.\d+\.\d+)\0+mysql_real_escape_string_quote\0/,
  },
];

/** Servers and stores of data. */
export const DATABASES: readonly Software[] = [
  {
    name: 'mariadb',
    cpes: ['mariadb:mariadb'],
    evidence: [{ programs: ['mariadbd', 'mariadb', 'mysqld', 'mysql'], clues: MARIADB }],
  },
  {
    name: 'memcached',
    cpes: ['memcached:memcached'],
    evidence: [
      {
        programs: ['memcached'],
        clues: [{ anchor: '\0memcached 1.', pattern: /\0memcached (?<version>\d+\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'mongodb',
    cpes: ['mongodb:mongodb'],
    evidence: [
      {
        programs: ['mongod', 'mongos'],
        clues: [
          { anchor: '\0tcmalloc', pattern: /(?<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0+tcmalloc/ },
          { anchor: '\0heap_size', pattern: /(?<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0+heap_size/ },
          { anchor: '\0cppdefines', pattern: /(?<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0+cppdefines/ },
        ],
      },
    ],
  },
  {
    name: 'mysql',
    cpes: ['oracle:mysql', 'oracle:mysql_server'],
    evidence: [{ programs: ['mysqld', 'mysql'], clues: MYSQL }],
  },
  {
    name: 'percona-server',
    cpes: ['percona:percona_server', 'oracle:mysql'],
    evidence: [
      {
        programs: ['mysqld', 'mysql'],
        clues: [
          { anchor: '/percona-server-', pattern: /\/percona-server-(?<version>\d+\.\d+\.\d+(?:-\d+)?)\// },
        ],
      },
    ],
  },
  {
    name: 'percona-xtradb-cluster',
    cpes: ['percona:xtradb_cluster', 'percona:percona_server', 'oracle:mysql'],
    evidence: [
      {
        programs: ['mysqld', 'mysql'],
        clues: [
          { anchor: '/Percona-XtraDB-Cluster-', pattern: /-Cluster-(?<version>\d+\.\d+\.\d+(?:-\d+)?)\// },
        ],
      },
    ],
  },
  {
    name: 'postgresql',
    cpes: ['postgresql:postgresql'],
    evidence: [
      {
        programs: ['postgres', 'psql'],
        clues: [
          {
            anchor: 'PostgreSQL ',
            pattern:
              /(?<!\w)PostgreSQL (?<version>\d+(?:\.\d+){0,2}(?:devel|(?:alpha|beta|rc)\d+)?)(?: \(| on )/,
          },
          {
            anchor: '(PostgreSQL) ',
            pattern: /\(PostgreSQL\) (?<version>\d+(?:\.\d+){0,2}(?:devel|(?:alpha|beta|rc)\d+)?)[ \0]/,
          },
        ],
      },
    ],
  },
  {
    name: 'rabbitmq',
    cpes: ['vmware:rabbitmq', 'pivotal_software:rabbitmq'],
    evidence: [
      {
        texts: ['ebin/rabbit.app'],
        clues: [{ anchor: '{vsn,', pattern: /\{vsn,\s?"(?<version>\d+\.\d+\.\d+[\w.+-]{0,20})"\}/ }],
      },
    ],
  },
  {
    name: 'redis',
    cpes: ['redis:redis', 'redislabs:redis'],
    evidence: [{ programs: ['redis-server', 'redis-check-rdb'], clues: REDIS }],
  },
  {
    name: 'valkey',
    cpes: ['lfprojects:valkey', 'linuxfoundation:valkey'],
    // its INFO states the version of Redis that it is compatible with, so only the name of the build counts
    evidence: [{ programs: ['valkey-server', 'valkey-check-rdb'], clues: [BUILD_ID] }],
  },
];
