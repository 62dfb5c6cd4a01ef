import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Architecture } from '../../../definitions/architectures.ts';
import { parseDefinition } from '../../../definitions/parse.ts';
import { digestOf } from '../../../model/digest.ts';
import { nameEntry, tagOwners, type NamedEntry } from '../../tags/entry-name.ts';
import { checkBase } from './base-checks.ts';
import { checkConstraints, checkMaintainers } from './definition-checks.ts';

const REPOSITORIES = {
  debian:
    'Tags: trixie, 13.5, 13, latest\nArchitectures: amd64, arm64v8, riscv64\n\nTags: buster, 10\nArchitectures: amd64\nDirectory: b',
  ubuntu:
    'Tags: 26.04, resolute\nArchitectures: amd64, riscv64\n\nTags: 24.04, noble\nArchitectures: amd64, riscv64\nDirectory: b',
  golang:
    'Tags: 1-windowsservercore-ltsc2025\nSharedTags: 1-windowsservercore\nArchitectures: windows-amd64\nConstraints: windowsservercore-ltsc2025',
} as const;

const owners = new Map<string, readonly NamedEntry[]>(
  Object.entries(REPOSITORIES).flatMap(([name, entries]) => {
    const text = `Maintainers: Ann (@ann)\nGitRepo: https://example.org/a.git\nGitCommit: ${'1'.repeat(40)}\n\n${entries}\n`;
    return [...tagOwners(parseDefinition(text, { name }).entries.map(nameEntry))].map(
      ([tag, entry]) => [`${name}:${tag}`, entry] as const,
    );
  }),
);

const entryOf = (constraints: string) => {
  const text = `Maintainers: Ann (@ann)\nGitRepo: https://example.org/a.git\nGitCommit: ${'1'.repeat(40)}\n\nTags: 1.0\n${constraints}`;
  const [entry] = parseDefinition(text, { name: 'app' }).entries;
  assert.ok(entry);
  return nameEntry(entry);
};

const surroundings = {
  ownersOf: (from: string) => owners.get(from) ?? [],
  pins: new Map([['mcr.microsoft.com/windows/servercore:ltsc2025', digestOf('servercore')]]),
  nowMs: Date.UTC(2026, 7, 21),
};

for (const [from, architectures, expected] of [
  ['debian:trixie', ['amd64', 'arm64v8'], []],
  ['debian:trixie', ['amd64', 's390x'], ['from.architecture s390x']],
  ['debian:buster', ['amd64'], ['from.end-of-life amd64']],
  ['debian:10', ['amd64'], ['from.end-of-life amd64']],
  ['debian:sid', ['amd64'], ['from.unknown-tag amd64']],
  ['alpine:3.10', ['amd64'], ['from.end-of-life amd64', 'from.unknown-tag amd64']],
  ['example.org/app:1', ['amd64'], ['from.outside amd64']],
  ['mcr.microsoft.com/windows/servercore:ltsc2025', ['windows-amd64'], []],
  ['scratch', ['amd64'], []],
  ['scratch', ['amd64', 'windows-amd64'], ['from.scratch-on-windows windows-amd64']],
  ['ubuntu:26.04', ['amd64', 'riscv64'], ['from.riscv64 riscv64']],
  ['ubuntu:resolute', ['riscv64'], ['from.riscv64 riscv64']],
  ['ubuntu:24.04', ['riscv64'], []],
] as const satisfies readonly (readonly [string, readonly Architecture[], readonly string[]])[]) {
  test(`${from} for ${architectures.join(', ')}`, () => {
    const found = checkBase('app', entryOf(''), { from, architectures }, surroundings);
    assert.deepEqual(
      found.map((finding) => `${finding.check} ${finding.architectures.join(' ')}`),
      expected,
    );
  });
}

for (const [constraints, froms, expected] of [
  ['', ['debian:trixie'], []],
  ['', ['golang:1-windowsservercore'], ['constraints.missing windowsservercore-ltsc2025']],
  ['Constraints: windowsservercore-ltsc2025\n', ['golang:1-windowsservercore'], []],
  [
    'Constraints: windowsservercore-ltsc2022\n',
    ['debian:trixie'],
    ['constraints.extra windowsservercore-ltsc2022'],
  ],
  [
    'Constraints: nanoserver-ltsc2025, windowsservercore-ltsc2025\n',
    ['mcr.microsoft.com/windows/nanoserver:ltsc2025', 'golang:1-windowsservercore-ltsc2025'],
    [],
  ],
  ['', ['mcr.microsoft.com/windows/servercore:latest'], ['constraints.missing windowsservercore']],
] as const) {
  test(`${constraints.trim() || 'no constraints'} on ${froms.join(' and ')}`, () => {
    const found = checkConstraints('app', entryOf(constraints), froms, surroundings.ownersOf);
    assert.deepEqual(
      found.map(({ check, subject }) => `${check} ${subject}`),
      expected,
    );
  });
}

test('maintainers need an address', () => {
  const known = [{ name: 'Cy', contact: null, handle: 'cy' }];
  const found = checkMaintainers('app', known, [
    ...known,
    { name: 'Ann', contact: 'ann@example.org', handle: 'ann' },
    { name: 'Bob', contact: null, handle: 'bob' },
  ]);
  assert.deepEqual(
    found.map(({ check, subject }) => `${check} ${subject}`),
    ['definition.contact @bob'],
  );
});
