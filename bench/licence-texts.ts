/**
 * How often a licence's text is told to be what its package declares, and how fast:
 *
 *   node bench/licence-texts.ts DIRECTORY...     with installed npm modules or Python distributions, at any depth
 *
 * Compares the only licence file beside a `package.json` with `license`, and in a `*.dist-info` with `License-Expression`.
 */
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createTextClassifier } from '../src/licences/classify-text.ts';
import { toLicenceExpression } from '../src/licences/licence-expression.ts';

const LICENCE_FILE = /^(?:licen[cs]e|copying)(?:\.(?:md|txt|rst))?$/i;

/** Null for a manifest without an SPDX expression. */
function declaredIn(manifest: string): string | null {
  const text = readFileSync(manifest, 'utf8');
  if (!manifest.endsWith('.json')) return /^License-Expression: (.+)$/m.exec(text)?.[1] ?? null;
  const { license } = JSON.parse(text) as { license?: unknown };
  return typeof license === 'string' ? license : null;
}

function licenceFilesOf(manifest: string): readonly string[] {
  const directory = dirname(manifest);
  const inside = readdirSync(directory).includes('licenses') ? [join(directory, 'licenses')] : [];
  return [directory, ...inside].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => LICENCE_FILE.test(name))
      .map((name) => join(folder, name)),
  );
}

const classify = createTextClassifier();
const seen = new Set<string>();
const differing = new Map<string, number>();
let [files, bytes, same, seconds] = [0, 0, 0, 0];
for (const root of process.argv.slice(2)) {
  for (const manifest of globSync(['**/package.json', '**/*.dist-info/METADATA'], { cwd: root })) {
    const path = join(root, manifest);
    const [file, ...others] = licenceFilesOf(path);
    if (file === undefined || others.length > 0) continue;
    const declared = declaredIn(path);
    const content = readFileSync(file);
    const key = `${declared}\n${content.toString('latin1')}`;
    if (declared === null || seen.has(key)) continue;
    seen.add(key);
    const started = process.cpuUsage();
    const found = classify(content)?.expression ?? 'nothing';
    seconds += process.cpuUsage(started).user / 1e6;
    files++;
    bytes += content.length;
    // a text does not say whether later versions may be chosen
    const expected = toLicenceExpression('npm', [declared])?.replaceAll('-or-later', '-only');
    if (found === expected) same++;
    else differing.set(`${declared}: ${found}`, (differing.get(`${declared}: ${found}`) ?? 0) + 1);
  }
}
console.log(`${files} different files, ${same} as declared, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`);
for (const [what, times] of [...differing].sort(([, a], [, b]) => b - a))
  console.log(`${times} declared ${what}`);
