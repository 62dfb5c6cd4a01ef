/** A whole programme, built, published and built again: by the same engine, another one, and ones that cannot. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import {
  entry,
  IMPORTED,
  ROOT,
  runTinyProgramme,
  surroundings,
  TINY_ENGINE,
  type TinyRecipe,
  writeTinyProgramme,
  writeTinySettings,
} from '../../../test/library/tiny-programme.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { lockFile } from '../../files/lock-file.ts';
import { createStyle } from '../../report/style.ts';
import { LibraryError } from '../errors.ts';
import { readStatus } from '../running/stock/read-status.ts';
import { formatStatus } from '../status/format-status.ts';
import { StatusSchema } from '../status/status-schema.ts';
import { formatReproductions } from './format-reproduction.ts';
import {
  type ProgrammeReproduction,
  reproduceProgramme,
  type ReproduceOptions,
} from './reproduce-programme.ts';
import { ReproductionDocument, toReproductionDocument } from './reproduction-document.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const STYLE = createStyle({ colour: false, width: 300 });
const engine = (...more: readonly string[]): ReproduceOptions['engine'] => ({
  kind: 'command',
  command: [...TINY_ENGINE, ...more],
});

/** A base on two architectures, and one image on it. */
const RECIPE: TinyRecipe = {
  images: { 'base/rootfs.tar': ROOT, 'app/Dockerfile': 'FROM base:1\n' },
  definitions: {
    base: entry('1', 'base', `Architectures: amd64, arm64v8\n${IMPORTED}`),
    app: entry('1, latest', 'app', 'Architectures: amd64, arm64v8\n'),
  },
};

function reproduce(folder: string, options: Partial<ReproduceOptions> = {}): Promise<ProgrammeReproduction> {
  return reproduceProgramme({
    folder,
    references: [],
    architectures: [],
    engine: null,
    most: 10,
    environment: surroundings(),
    offline: false,
    version: '0.0.0',
    now: () => NOW,
    onEvent: () => {},
    signal: new AbortController().signal,
    ...options,
  });
}

const isCode = (code: string) => (error: unknown) => error instanceof LibraryError && error.code === code;

const told = ({ reproductions }: ProgrammeReproduction) =>
  reproductions.map(({ image, architecture, outcome }) => [
    `${image} ${architecture}`,
    outcome.kind === 'compared' ? outcome.comparison.kind : outcome.code,
  ]);

const status = (folder: string) =>
  readStatus(folder, [], {
    environment: surroundings(),
    signal: new AbortController().signal,
    advisories: { openDatabase: () => null },
    now: NOW / 1000,
  });

suite('reproduce', () => {
  const prepared = mkdtempSync(join(tmpdir(), 'hallmark-reproduce-'));
  let registry: MemoryRegistry;

  before(async () => {
    registry = await startMemoryRegistry();
    writeTinyProgramme(prepared, registry.host, RECIPE);
    await runTinyProgramme(prepared);
  });
  after(async () => {
    rmSync(prepared, { recursive: true });
    await registry[Symbol.asyncDispose]();
  });

  /** A copy of the programme, as it was when everything was built and published. */
  function built(t: TestContext, settings: Readonly<Record<string, string>> = {}): string {
    const folder = temporaryDirectory(t);
    cpSync(prepared, folder, { recursive: true });
    writeTinySettings(folder, registry.host, settings);
    return folder;
  }

  test('the same engine makes the same images, and nothing is pushed or left behind', async (t) => {
    const folder = built(t);
    const requests = registry.requests.length;
    const events: string[] = [];
    const found = await reproduce(folder, { onEvent: ({ kind }) => events.push(kind) });
    assert.deepEqual(told(found), [
      ['app:1 amd64', 'identical'],
      ['app:1 arm64v8', 'identical'],
    ]);
    assert.deepEqual(
      found.skipped.map(({ image, architecture, because }) => [image, architecture, because]),
      [
        ['base:1', 'amd64', 'it is imported, and not built'],
        ['base:1', 'arm64v8', 'it is imported, and not built'],
      ],
    );
    assert.deepEqual(events, Array.from({ length: 2 }, () => ['rebuilding', 'rebuilt']).flat());
    assert.deepEqual(
      new Set(registry.requests.slice(requests).map(({ method }) => method)),
      new Set(['GET']),
    );
    assert.ok(!existsSync(join(folder, 'state/reproducing/amd64')));
    for (const { log } of found.reproductions) readFileSync(join(folder, 'state', log));

    const { reproducibility } = await status(folder);
    // the base has not been built, and is not counted as if it had
    assert.equal(reproducibility.unmeasured, 2);
    assert.deepEqual(
      reproducibility.architectures.map((share) => [share.architecture, share.identical, share.images]),
      [
        ['amd64', 1, 1],
        ['arm64v8', 1, 1],
      ],
    );
  });

  test('another engine, by name and by the settings; what differs is told, remembered and shown', async (t) => {
    const command = JSON.stringify([...TINY_ENGINE, 'another']);
    const folder = built(t, {
      reproduction: `{ engines: { amd64: { kind: command, command: ${command} } } }`,
    });
    const found = await reproduce(folder, { references: ['app'] });
    assert.deepEqual(told(found), [
      ['app:1 amd64', 'different'],
      ['app:1 arm64v8', 'identical'],
    ]);
    const [app] = found.reproductions;
    assert.ok(app?.outcome.kind === 'compared');
    const { files, layers, causes } = app.outcome.comparison;
    assert.deepEqual(
      files.map(({ path, aspects }) => [path.replace(/sha256.*/, 'DIGEST'), aspects]),
      [
        ['var/log/dpkg.log', ['added']],
        ['opt/DIGEST', ['time']],
      ],
    );
    assert.deepEqual([layers.inherited, layers.count, layers.identical, causes.length], [1, 1, 0, 1]);

    const document = toReproductionDocument(found, NOW / 1000);
    assert.deepEqual(ReproductionDocument.parse(document), document);
    const text = formatReproductions(document, STYLE);
    assert.match(text, /^app:1 on amd64: different \(by \S+ 1 in 0 s\)\n {2}sha256:\w+\n {2}sha256:\w+\n/);
    assert.match(text, / {2}0 of 1 layer of its own the same, 0 B of \d+ B; 1 of the image below\n/);
    assert.match(text, / {2}layer 2 → 2: entries differ\n/);
    assert.match(text, / {2}2 files: added 1, time 1\n {2}known of 1 file: logs of the package manager /);
    assert.match(text, /\namd64 +1 +0 +0 +0 +1 +0 +0 of 1\n/);

    const shown = await status(folder);
    assert.deepEqual(StatusSchema.parse(shown), shown);
    assert.deepEqual(shown.reproducibility.architectures, document.shares);
    assert.match(formatStatus(shown, STYLE), /\nReproducibility\n[^]*\n {2}1 +logs of the package manager/);

    const named = await reproduce(folder, {
      references: ['app:1'],
      engine: engine(),
      architectures: ['amd64'],
    });
    assert.deepEqual(told(named), [['app:1 amd64', 'identical']]);
    // the last time counts
    assert.equal((await status(folder)).reproducibility.architectures[0]?.identical, 1);
  });

  test('what cannot be built again is told and counted, and the rest goes on', async (t) => {
    const folder = built(t);
    const found = await reproduce(folder, { architectures: ['amd64'], engine: engine('broken') });
    assert.deepEqual(told(found), [['app:1 amd64', 'BUILD_FAILED']]);
    const document = toReproductionDocument(found, NOW / 1000);
    assert.deepEqual(ReproductionDocument.parse(document), document);
    assert.match(formatReproductions(document, STYLE), /cannot be built again: BUILD_FAILED: /);
    const [amd64] = (await status(folder)).reproducibility.architectures;
    assert.deepEqual([amd64?.images, amd64?.failed, amd64?.layers], [1, 1, 0]);

    const missing = await reproduce(folder, {
      references: ['app'],
      engine: { kind: 'command', command: ['/no/such/program'] },
    });
    assert.deepEqual(told(missing), []);
    const line = /^app:1 on amd64: not built again: ENGINE_MISSING: .*\napp:1 on arm64v8: /;
    assert.match(formatReproductions(toReproductionDocument(missing, NOW / 1000), STYLE), line);
    assert.ok(
      missing.skipped.every(({ isFailure, because }) => isFailure && because.startsWith('ENGINE_MISSING')),
    );
  });

  test('an image that quarantine has no more cannot be compared, which changes nothing that is remembered', async (t) => {
    const folder = built(t);
    await reproduce(folder, { architectures: ['amd64'] });
    const { manifests } = registry.repository('quarantine/amd64');
    const kept = [...manifests];
    manifests.clear();
    try {
      const { reproductions } = await reproduce(folder, { architectures: ['amd64'] });
      assert.deepEqual(
        reproductions.map(({ outcome }) => outcome.kind),
        ['not-compared'],
      );
    } finally {
      for (const [digest, manifest] of kept) manifests.set(digest, manifest);
    }
    assert.equal((await status(folder)).reproducibility.architectures[0]?.identical, 1);
  });

  test('one process at a time, names that exist, and an end that is asked for', async (t) => {
    const folder = built(t);
    await assert.rejects(reproduce(folder, { references: ['nothing'] }), isCode('DEFINITION_NOT_FOUND'));
    const lock = lockFile(join(folder, 'state/locks/reproduce'));
    try {
      await assert.rejects(reproduce(folder), isCode('PROGRAMME_BUSY'));
    } finally {
      lock?.release();
    }
    const ending = new AbortController();
    const onEvent = () => ending.abort(new Error('enough'));
    await assert.rejects(reproduce(folder, { onEvent, signal: ending.signal }), /enough/);
    assert.equal((await status(folder)).reproducibility.architectures.length, 0);
  });
});
