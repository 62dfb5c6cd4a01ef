/**
 * Makes the folder that is published, `dist/package`: JavaScript with declarations (Node does not strip types below
 * `node_modules`), the data, and a manifest without what only the repository needs.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatJson } from '../src/report/json.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TARGET = `${ROOT}dist/package/`;

rmSync(TARGET, { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.package.json'], { cwd: ROOT, stdio: 'inherit' });

for (const part of ['data', 'README.md', 'CHANGELOG.md', 'LICENSE', 'docs']) {
  cpSync(ROOT + part, TARGET + part, { recursive: true });
}
mkdirSync(`${TARGET}bin`);
const launcher = readFileSync(`${ROOT}bin/hallmark.js`, 'utf8');
writeFileSync(`${TARGET}bin/hallmark.js`, launcher.replace('cli/main.ts', 'cli/main.js'), { mode: 0o755 });

const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Record<string, unknown>;
const { scripts: _scripts, devDependencies: _tools, optionalDependencies: _node, ...published } = manifest;
writeFileSync(
  `${TARGET}package.json`,
  formatJson({
    ...published,
    exports: {
      '.': { types: './src/index.d.ts', default: './src/index.js' },
      './package.json': './package.json',
    },
  }),
);
