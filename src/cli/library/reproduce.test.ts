/** `library reproduce` on a tiny programme: what is told where, and the exit status. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import {
  entry,
  IMPORTED,
  ROOT,
  runTinyProgramme,
  surroundings,
  TINY_ENGINE,
  writeTinyProgramme,
} from '../../../test/library/tiny-programme.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { parseJsonObject } from '../../formats/json.ts';
import { ReproductionDocument } from '../../library/reproduction/reproduction-document.ts';

/** A program of one's own that is the engine with an argument more. */
function program(folder: string, name: string): string {
  const [node, engine] = TINY_ENGINE;
  writeFileSync(join(folder, name), `#!/bin/sh\nexec '${node}' '${engine}' ${name} "$@"\n`, { mode: 0o755 });
  return `./${name}`;
}

test('exit statuses and documents', async (t) => {
  const folder = temporaryDirectory(t);
  await using registry = await startMemoryRegistry();
  writeTinyProgramme(folder, registry.host, {
    images: { 'base/rootfs.tar': ROOT, 'app/Dockerfile': 'FROM base:1\n' },
    definitions: { base: entry('1', 'base', IMPORTED), app: entry('1', 'app') },
  });
  await runTinyProgramme(folder);
  const hallmark = commandLine(t);
  const run = (...args: readonly string[]) =>
    hallmark(['library', 'reproduce', ...args], { workingDirectory: folder, environment: surroundings() });

  const same = await run('--require', 'identical');
  assert.equal(same.status, 0, same.stderr);
  assert.match(same.stderr, /^building app:1 on amd64 again\napp:1 on amd64: identical \(by /);
  assert.match(
    same.stdout,
    /^app:1 on amd64: identical .*\nbase:1 on amd64: not built again: it is imported/,
  );

  const another = ['app:1', '--engine', program(folder, 'another'), '--quiet', '--format', 'json'];
  const told = await run(...another, '--most', '1');
  assert.deepEqual([told.status, told.stderr], [0, '']);
  const { shares, images } = ReproductionDocument.parse(parseJsonObject(told.stdout));
  assert.deepEqual([shares[0]?.different, images.length], [1, 1]);
  const [image] = images;
  assert.ok(image?.outcome.kind === 'compared');
  assert.deepEqual([image.outcome.comparison.files.length, image.outcome.comparison.fileCount], [1, 2]);
  assert.equal((await run(...another, '--require', 'identical')).status, 2);

  assert.equal((await run('--engine', program(folder, 'broken'))).status, 1);
  assert.equal((await run('--engine', './missing')).status, 1);
  for (const wrong of [['--arch', 'pdp11'], ['--most', '0'], ['--require', 'luck'], ['nothing']]) {
    assert.equal((await run(...wrong)).status, 3, wrong.join(' '));
  }
});
