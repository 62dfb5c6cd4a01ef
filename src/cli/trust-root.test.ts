/** `hallmark trust root`, against a TUF repository on loopback. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { startLoopbackServer } from '../../test/loopback.ts';
import { makePlan, makeRepository, next } from '../../test/trust/tuf/make-repository.ts';
import { builtInTrustedRoot } from '../trust/material/built-in.ts';

const plan = makePlan({ 'trusted_root.json': builtInTrustedRoot() });

/** A mirror whose files a test may replace, and the root that its chain begins with in a file. */
async function deployment(t: TestContext) {
  const mirror = { files: makeRepository(plan) };
  const server = await startLoopbackServer(async (request, response) => {
    const content = mirror.files.get(decodeURIComponent(request.url ?? '').replace(/^\/tuf\//, ''));
    if (content === undefined) response.writeHead(404).end();
    else response.writeHead(200).end(content);
  });
  t.after(() => server[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  const root = join(folder, 'root.json');
  writeFileSync(root, makeRepository(plan).get('1.root.json') ?? '');
  return { mirror, folder, root, address: `http://${server.host}/tuf` };
}

test('a deployment is fetched, shown, updated, exported, and imported elsewhere', async (t) => {
  const { mirror, folder, root, address } = await deployment(t);
  const [online, offline] = [commandLine(t), commandLine(t)];

  const first = await online([
    'trust',
    'root',
    'update',
    '--name',
    'acme',
    '--mirror',
    address,
    '--root',
    root,
  ]);
  assert.equal(first.status, 0, first.stderr);
  assert.equal(
    first.stdout,
    `acme: from ${address}/, changed, as of 2026-11-21 (0 days ago), good until 2026-12-31, root version 1\n`,
  );
  assert.equal(first.stderr, '');

  mirror.files = makeRepository(next(plan, 'timestamp'));
  const again = await online(['trust', 'root', 'update', '--name', 'acme', '--format', 'json']);
  assert.equal(again.status, 0, again.stderr);
  const [line] = JSON.parse(again.stdout) as { isChanged: boolean; isExpired: boolean }[];
  assert.equal(line?.isChanged, false);
  assert.equal(line?.isExpired, false);

  const shown = await online(['trust', 'root', 'show']);
  assert.match(shown.stdout, /^public-good: came with Hallmark, .*\nacme: from http:/);

  const file = join(folder, 'acme.json');
  assert.equal((await online(['trust', 'root', 'export', file, '--name', 'acme'])).status, 0);
  const refused = await offline(['trust', 'root', 'import', file]);
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /^hallmark: TRUST_ROOT_UNKNOWN: /);
  const imported = await offline(['trust', 'root', 'import', file, '--root', root]);
  assert.equal(imported.status, 0, imported.stderr);
  assert.match(imported.stdout, /^acme: .*, changed, as of 2026-11-21/);
  assert.match((await offline(['trust', 'root', 'show'])).stdout, /\nacme: from http:/);
});

test('an update that is refused says why and leaves what was there', async (t) => {
  const { mirror, root, address } = await deployment(t);
  const hallmark = commandLine(t);
  mirror.files = makeRepository(next(plan, 'timestamp'));
  await hallmark(['trust', 'root', 'update', '--name', 'acme', '--mirror', address, '--root', root]);
  const before = (await hallmark(['trust', 'root', 'show'])).stdout;

  mirror.files = makeRepository(plan);
  const { status, stdout, stderr } = await hallmark(['trust', 'root', 'update', '--name', 'acme']);

  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^hallmark: TRUST_ROOT_REFUSED: .*timestamp version 1 is less than current version 2/);
  assert.equal((await hallmark(['trust', 'root', 'show'])).stdout, before);
});

test('a name stays with the root that it began with', async (t) => {
  const { folder, root, address } = await deployment(t);
  const hallmark = commandLine(t);
  await hallmark(['trust', 'root', 'update', '--name', 'acme', '--mirror', address, '--root', root]);
  const other = join(folder, 'other.json');
  writeFileSync(other, makeRepository(makePlan({})).get('1.root.json') ?? '');
  for (const name of ['acme', 'public-good']) {
    const args = ['trust', 'root', 'update', '--name', name, '--mirror', address, '--root', other];
    const { status, stderr } = await hallmark(args);
    assert.equal(status, 3);
    assert.match(stderr, /^hallmark: TRUST_ROOT_NAME_TAKEN: /);
  }
});

test('what is wrong with the command line is said', async (t) => {
  const { folder, root } = await deployment(t);
  const hallmark = commandLine(t);
  const cases: readonly (readonly [args: readonly string[], code: RegExp])[] = [
    [['update', '--root', root], /USAGE/],
    [['update', '--mirror', 'ftp://tuf.example'], /Give the address of a TUF repository/],
    [['update', '--name', 'acme'], /TRUST_ROOT_UNKNOWN/],
    [['update', '--name', '../acme', '--root', root], /TRUST_ROOT_UNKNOWN/],
    [['export', join(folder, 'x'), '--name', 'acme'], /TRUST_ROOT_UNKNOWN/],
    [['import', root], /TRUST_ROOT_EXPORT_INVALID/],
    [['import', join(folder, 'absent')], /USAGE/],
  ];
  for (const [args, code] of cases) {
    const { status, stderr } = await hallmark(['trust', 'root', ...args]);
    assert.equal(status, 3, args.join(' '));
    assert.match(stderr, code);
  }
});
