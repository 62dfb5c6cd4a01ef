import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatPlatform } from '../../model/platform.ts';
import { ARCHITECTURES } from '../architectures.ts';
import { LINT_RULES } from './rules.ts';

const PAGE = readFileSync(new URL('../../../docs/definitions.md', import.meta.url), 'utf8').split('\n');

test('docs/definitions.md lists every rule as the table has it, and no other', () => {
  const rows = Object.entries(LINT_RULES).map(
    ([rule, { severity, refused, means, remedy }]) =>
      `| \`${rule}\`${refused ? ' ●' : ''} | ${severity} | ${means} | ${remedy} |`,
  );
  assert.deepEqual(
    PAGE.filter((line) => /^\| `.*\| (error|warning) \|/.test(line)),
    rows,
  );
});

test('docs/definitions.md lists every architecture', () => {
  for (const [name, { platform, namespace, dpkg }] of Object.entries(ARCHITECTURES)) {
    const cells = [`\`${name}\``, formatPlatform(platform), namespace, dpkg ?? ''].join(' | ');
    assert.ok(PAGE.includes(`| ${cells} |`.replace('|  |', '| |')), name);
  }
});
