import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import { archiveOfThisMachine } from '../../examples/programme/prepare/debian-base.ts';
import { commitImages, staleDefinitions } from '../../examples/programme/prepare/image-sources.ts';
import { missingPrograms } from '../../examples/programme/prepare/programs.ts';
import { openProgramme } from '../../src/library/programme/open-programme.ts';

const PROGRAMME = new URL('../../examples/programme/', import.meta.url).pathname;
const PROGRAMS = ['buildah', 'debootstrap', 'docker-registry', 'git', 'dpkg-deb'];

/** Why the example cannot be run here; null where it can. */
function obstacle(): string | null {
  if (process.getuid?.() !== 0) return 'debootstrap needs root';
  const missing = missingPrograms(PROGRAMS);
  if (missing.length > 0) return `these programs are not installed: ${missing.join(', ')}`;
  try {
    archiveOfThisMachine();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

suite('the example programme', () => {
  test('its definitions name the commit that its images give', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hallmark-example-'));
    t.after(() => rmSync(folder, { recursive: true }));
    assert.deepEqual(staleDefinitions(commitImages(join(folder, 'images.git'))), []);
  });

  test('its settings and definitions can be read', () => {
    const { broken, repositories } = openProgramme(PROGRAMME);
    assert.deepEqual(broken, []);
    assert.ok(repositories.size >= 13);
  });

  const reason = obstacle();
  test(
    'the smaller one is built, examined, signed and published; a new base and an advisory rebuild what they should',
    { skip: reason ?? false },
    async (t) => {
      const child = spawn(process.execPath, [join(PROGRAMME, 'run.ts'), '--small'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const said: string[] = [];
      child.stderr.on('data', (part: Buffer) => said.push(part.toString()));
      const [status] = (await once(child, 'close')) as [number | null];
      const lines = said.join('').split('\n');
      assert.equal(status, 0, lines.slice(-40).join('\n'));
      for (const line of lines.filter((each) => each.startsWith('== '))) t.diagnostic(line.slice(3));
    },
  );
});
