import type { Software } from './classifier.ts';

/** Programs that people and scripts call. */
export const COMMANDS: readonly Software[] = [
  {
    name: 'bash',
    cpes: ['gnu:bash'],
    evidence: [
      {
        programs: ['bash'],
        clues: [
          { anchor: '@(#)Bash version ', pattern: /Bash version (?<version>\d+\.\d+\.\d+)\(\d+\) \w+ GNU/ },
        ],
      },
    ],
  },
  {
    name: 'busybox',
    cpes: ['busybox:busybox'],
    evidence: [
      {
        programs: ['busybox'],
        clues: [{ anchor: 'BusyBox v', pattern: /BusyBox v(?<version>\d+\.\d+\.\d+)/ }],
      },
    ],
  },
  {
    name: 'chrome',
    cpes: ['google:chrome'],
    evidence: [
      {
        programs: ['chrome', 'chrome-headless-shell'],
        clues: [{ anchor: '\0Default', pattern: /\0(?<version>\d{2,3}\.\d+\.\d{4,5}\.\d+)\0Default/ }],
      },
    ],
  },
  {
    name: 'dumb-init',
    evidence: [
      {
        programs: ['dumb-init'],
        clues: [
          {
            anchor: '\x001.',
            pattern: /^\0(?<version>1\.\d+\.\d+)(?:\n?\0)/,
            before: 0,
            beside: 'dumb-init v',
          },
        ],
      },
    ],
  },
  {
    name: 'git',
    cpes: ['git-scm:git'],
    evidence: [
      {
        programs: ['git'],
        clues: [{ anchor: 'git/2.', pattern: /(?<![\w./-])git\/(?<version>2\.\d+\.\d+)\0/ }],
      },
    ],
  },
  {
    name: 'jq',
    cpes: ['jqlang:jq', 'stedolan:jq'],
    evidence: [
      {
        programs: ['jq'],
        clues: [
          {
            anchor: '\x001.',
            pattern: /^\0(?<version>1\.\d(?:\.\d{1,2})?)\0/,
            before: 0,
            beside: 'jq: error',
          },
        ],
      },
    ],
  },
  {
    name: 'tini',
    evidence: [
      {
        programs: ['tini', 'tini-static', 'docker-init'],
        clues: [{ anchor: '\0tini version ', pattern: /\0tini version (?<version>\d+\.\d+\.\d+)/ }],
      },
    ],
  },
];
