/**
 * Compares Hallmark with upstream's own tests and documents: `npm run test:upstream -- FOLDER [--bashbrew FILE]`.
 *
 * FOLDER holds clones of the repositories that `repositories.ts` names; README.md says what is compared.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { bashbrew: { type: 'string' } },
});
const [folder, ...names] = positionals;
if (folder === undefined) {
  process.stderr.write('usage: npm run test:upstream -- FOLDER [NAME...] [--bashbrew FILE]\n');
  process.exit(3);
}

const golden = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.golden.ts'))
  .filter((file) => names.length === 0 || names.includes(file.slice(0, -'.golden.ts'.length)));
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-isolation=none', ...golden.map((file) => join(import.meta.dirname, file))],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      HALLMARK_UPSTREAM: resolve(folder),
      ...(values.bashbrew === undefined ? {} : { HALLMARK_BASHBREW: resolve(values.bashbrew) }),
    },
  },
);
process.exitCode = status ?? 1;
