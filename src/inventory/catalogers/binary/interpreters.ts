import type { Clue, Software } from './classifier.ts';

/**
 * The first two parts of CPython's version are in the name of the file. Before the version in it there is a NUL, or the
 * slash of a path that ends so: linkers let a text share the end of a longer one.
 */
const CPYTHON: readonly Clue[] = [
  {
    anchor: (path) => {
      const minor = /python(\d\.\d+)[a-z]*(?:-[0-9a-f]{8})?(?:$|\.so)/.exec(path)?.[1];
      return minor === undefined ? null : `${minor}.`;
    },
    pattern: /(?<![\w.-])(?<version>\d\.\d+\.\d+(?:(?:a|b|rc)\d+)?)\+?\0/,
    before: 1,
  },
];

/** Node.js says where its own source is to be had; what lies behind the base address follows its kind of release. */
const NODE: readonly Clue[] = [
  {
    anchor: '://nodejs.org/download/',
    pattern: /download\/[a-z-]+\/v(?<version>\d+\.\d+\.\d+(?:-[\w.]+)?)\/node-v/,
  },
  { anchor: 'node.js/v', pattern: /node\.js\/v(?<version>\d+\.\d+\.\d+(?:-[\w.]+)?)\0/ },
  { anchor: '\0moduleLoadList\0', pattern: /\0v(?<version>\d+\.\d+\.\d+)\0moduleLoadList\0/ },
];

const PHP: readonly Clue[] = [
  {
    anchor: 'X-Powered-By: PHP/',
    pattern: /PHP\/(?<version>\d+\.\d+\.\d+(?:(?:alpha|beta|RC)\d+|-dev)?)(?![\w.])/,
  },
];

const RUBY: readonly Clue[] = [
  {
    // the patch level behind the version only counts changes: advisories do not name it
    anchor: '\0ruby ',
    pattern: /\0ruby (?<version>\d+\.\d+\.\d+(?:preview\d+|rc\d+|dev)?)(?:p\d+)? \(\d{4}-/,
  },
];

/** Languages that are run by a program of their own. */
export const INTERPRETERS: readonly Software[] = [
  {
    name: 'bun',
    type: 'npm',
    evidence: [
      {
        programs: ['bun'],
        clues: [
          { anchor: '\0Bun v', pattern: /Bun v(?<version>\d+\.\d+\.\d+(?:-[\w.]+)?) ?\(/ },
          { anchor: 'Bun v', pattern: /Bun v(?<version>\d+\.\d+\.\d+)\Wbun-/ },
        ],
      },
    ],
  },
  {
    name: 'deno',
    type: 'cargo',
    cpes: ['deno:deno'],
    evidence: [
      {
        programs: ['deno'],
        // Rust's texts stand end to end: only what follows tells where the version ends
        clues: [
          { anchor: 'Deno/', pattern: /Deno\/(?<version>\d+\.\d+\.\d+(?:-[a-z]+\.\d+)?)(?:Deno\/|cli\/)/ },
          { anchor: 'release/v1.', pattern: /deno-[0-9a-f]{40}release\/v(?<version>\d+\.\d+\.\d+)/ },
        ],
      },
    ],
  },
  {
    name: 'erlang',
    cpes: ['erlang:erlang/otp'],
    evidence: [
      {
        texts: ['releases/*/OTP_VERSION'],
        // the asterisks say that an application of it was patched: OTP, "Versions", "Retrieving Current OTP Version"
        clues: [{ anchor: '.', pattern: /^(?<version>\d+(?:\.\d+)+(?:-rc\d+)?)(?:\*\*)?\s*$/ }],
      },
    ],
  },
  {
    name: 'elixir',
    cpes: ['elixir-lang:elixir'],
    evidence: [
      {
        texts: ['ebin/elixir.app'],
        clues: [{ anchor: '{vsn,', pattern: /\{vsn,\s?"(?<version>\d+\.\d+\.\d+[\w.-]{0,20})"\}/ }],
      },
    ],
  },
  {
    name: 'julia',
    cpes: ['julialang:julia'],
    evidence: [
      {
        texts: ['julia/julia_version.h'],
        clues: [
          {
            anchor: 'JULIA_VERSION_STRING',
            pattern: /JULIA_VERSION_STRING\s+"(?<version>\d+\.\d+\.\d+[\w.-]{0,20})"/,
          },
        ],
      },
      {
        programs: ['libjulia-internal.so.1'],
        clues: [
          { anchor: '\0branch\0', pattern: /(?<![\w.])(?<version>\d+\.\d+\.\d+(?:-[a-z]+\d+)?)\0branch\0/ },
          {
            anchor: '\0verify_methods\0',
            pattern: /\0(?<version>\d+\.\d+\.\d+(?:-[a-z]+\d+)?)\0verify_methods\0/,
          },
          { anchor: '\0BigInt\0', pattern: /\0(?<version>\d+\.\d+\.\d+(?:-[a-z]+\d+)?)\0BigInt\0/ },
          { anchor: '\0julia version', pattern: /\0(?<version>\d+\.\d+\.\d+(?:-[a-z]+\d+)?)\0julia version/ },
        ],
      },
    ],
  },
  {
    name: 'lua',
    cpes: ['lua:lua'],
    evidence: [
      {
        programs: ['lua5.4', 'liblua5.4.so.0', 'liblua.so.5.4'],
        clues: [{ anchor: '$Lua', pattern: /\$Lua(?:Version)?: Lua (?<version>5\.\d+\.\d+)/ }],
      },
    ],
  },
  {
    name: 'luajit',
    cpes: ['luajit:luajit'],
    evidence: [
      {
        programs: ['luajit', 'libluajit-5.1.so.2'],
        clues: [{ anchor: 'LuaJIT 2.', pattern: /\0LuaJIT (?<version>2\.\d+(?:\.\w+)?(?:-beta\d+)?)\0/ }],
      },
    ],
  },
  {
    name: 'node',
    cpes: ['nodejs:node.js'],
    evidence: [{ programs: ['node', 'nodejs', 'libnode.so.115'], clues: NODE }],
  },
  {
    name: 'perl',
    cpes: ['perl:perl'],
    evidence: [
      {
        programs: ['perl', 'libperl.so.5.36'],
        clues: [
          { anchor: '\0v5.', pattern: /^\0v(?<version>5\.\d+\.\d+)\0/, before: 0 },
          { anchor: '/lib/perl5/5.', pattern: /\/perl5\/(?<version>5\.\d+\.\d+)(?![\w.])/ },
        ],
      },
    ],
  },
  {
    name: 'php',
    cpes: ['php:php'],
    evidence: [
      { programs: ['php', 'php-fpm', 'php-cgi', 'phpdbg', 'libphp8.2.so'], clues: PHP },
      {
        texts: ['php/main/php_version.h', 'php/*/main/php_version.h'],
        clues: [{ anchor: '#define PHP_VERSION "', pattern: /PHP_VERSION "(?<version>[\w.-]{1,40})"/ }],
      },
    ],
  },
  {
    name: 'pypy',
    evidence: [
      {
        programs: ['libpypy3.10-c.so', 'libpypy-c.so'],
        clues: [{ anchor: '[PyPy ', pattern: /\[PyPy (?<version>\d+\.\d+\.\d+(?:-[\w]+)?)/ }],
      },
    ],
  },
  {
    name: 'python',
    cpes: ['python:python', 'python_software_foundation:python'],
    evidence: [
      {
        programs: ['python3.12', 'libpython3.12.so.1.0'],
        clues: CPYTHON,
      },
      {
        texts: ['include/*/patchlevel.h'],
        clues: [
          { anchor: '#define PY_VERSION', pattern: /#define PY_VERSION\s+"(?<version>\d[\w.]{1,20})\+?"/ },
        ],
      },
    ],
  },
  {
    name: 'r',
    evidence: [
      {
        texts: ['include/Rversion.h'],
        clues: [
          {
            anchor: '#define R_MAJOR',
            pattern: /R_MAJOR\s+"(?<major>\d+)"\s+#define R_MINOR\s+"(?<minor>\d+\.\d+)"/,
          },
        ],
      },
    ],
  },
  {
    name: 'ruby',
    cpes: ['ruby-lang:ruby'],
    evidence: [{ programs: ['ruby', 'libruby.so.3.3', 'libruby-3.1.so.3.1'], clues: RUBY }],
  },
  {
    name: 'swi-prolog',
    evidence: [
      {
        texts: ['cmake/swipl/SWIPLConfig.cmake'],
        clues: [
          { anchor: 'set(SWIPL_VERSION_STRING ', pattern: /VERSION_STRING (?<version>\d+\.\d+\.\d+)\)/ },
        ],
      },
      {
        programs: ['swipl'],
        clues: [{ anchor: '/swipl-', pattern: /\/swipl-(?<version>\d+\.\d+\.\d+)\// }],
      },
    ],
  },
];
