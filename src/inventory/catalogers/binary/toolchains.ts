import type { Software } from './classifier.ts';

/** What programs are made with. */
export const TOOLCHAINS: readonly Software[] = [
  {
    name: 'dart',
    cpes: ['dart:dart_software_development_kit'],
    evidence: [
      {
        programs: ['dart', 'dartaotruntime'],
        clues: [
          { anchor: ' (stable) (', pattern: /\0(?<version>\d+\.\d+\.\d+) \(stable\)/ },
          { anchor: ' (beta) (', pattern: /\0(?<version>\d+\.\d+\.\d+-[\w.]+) \(beta\)/ },
        ],
      },
    ],
  },
  {
    name: 'gcc',
    cpes: ['gnu:gcc'],
    evidence: [
      {
        programs: ['gcc', 'g++', 'x86_64-linux-gnu-gcc', 'aarch64-linux-gnu-gcc'],
        clues: [
          {
            anchor: 'gcc version %s %s',
            pattern: /\0(?<version>\d+\.\d+\.\d+)\0\([^()\0]{1,60}\) \0+gcc version/,
            before: 128,
          },
          // GNU's releases are compiled by themselves, and say so in .comment
          {
            anchor: 'GCC: (GNU) ',
            pattern: /GCC: \(GNU\) (?<version>\d+\.\d+\.\d+)\0/,
            beside: 'gcc version %s %s',
          },
        ],
      },
    ],
  },
  {
    name: 'ghc',
    evidence: [
      {
        programs: ['ghc'],
        clues: [
          { anchor: '\0GHC ', pattern: /\0GHC (?<version>\d+\.\d+\.\d+)\0/ },
          { anchor: '\0libHSghc-', pattern: /\0libHSghc-(?<version>\d+\.\d+\.\d+)-/ },
        ],
      },
    ],
  },
  {
    name: 'go',
    cpes: ['golang:go'],
    evidence: [
      {
        texts: ['VERSION'],
        clues: [{ anchor: 'go1', pattern: /^go(?<version>1(?:\.\d+)+(?:(?:beta|rc)\d+)?)(?:\s|$)/ }],
      },
    ],
  },
  {
    name: 'rust',
    cpes: ['rust-lang:rust'],
    evidence: [
      {
        programs: ['rustc'],
        clues: [
          {
            anchor: 'rustc version ',
            pattern: /rustc version (?<version>\d+\.\d+\.\d+(?:-(?:nightly|beta(?:\.\d+)?))?) \(/,
            // in `.comment`, of every program: rustup's `rustc`, which runs the real one, does not use this library
            beside: '\0librustc_driver-',
          },
        ],
      },
    ],
  },
  {
    name: 'zig',
    evidence: [
      {
        programs: ['zig'],
        clues: [{ anchor: '\0zig ld ', pattern: /\0zig ld (?<version>\d+\.\d+\.\d+(?:-dev[\w.+]*)?)\s/ }],
      },
    ],
  },
];
