import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { commandLine, TODAY } from '../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { parseDigest } from '../model/digest.ts';
import { memoryDirectory, readMemory, writeMemory } from '../trust/memory/memory-file.ts';
import { emptyMemory, remember } from '../trust/memory/repository-memory.ts';
import { formatJson } from '../report/json.ts';
import { trustMemoryJsonSchema } from '../report/trust-memory-schema.ts';
import { check } from '../trust/checks/checks.ts';

const SCHEMA = new URL('../../docs/schema/trust-memory-1.schema.json', import.meta.url);

const REPOSITORY = 'docker.io/library/debian';
const DIGEST = parseDigest(`sha256:${'1'.repeat(64)}`);

test('trust history, accept and forget', async (t) => {
  const data = temporaryDirectory(t);
  const hallmark = commandLine(t);
  const run = async (...args: string[]) => {
    const { status, stdout, stderr } = await hallmark(['trust', ...args], {
      environment: { HALLMARK_DATA_DIR: data },
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  assert.equal(await run('history', 'debian:12'), `${REPOSITORY}\nnothing was learnt of who signs it\n`);
  assert.equal(await run('accept', 'debian:12'), `${REPOSITORY}: no change waits to be accepted\n`);

  const observation = { signers: ['key a'], sources: [], builders: [] };
  const tag = { name: '12', digest: DIGEST, created: null, verifiedTime: '2026-11-01T00:00:00Z' };
  const directory = memoryDirectory(data);
  const now = new Date(TODAY);
  const trusted = remember(emptyMemory(REPOSITORY), { observation, tag, mark: null }, [], 'trusted', now);
  const alarm = check(
    'expectation.signer',
    'failed',
    null,
    'the signer changed from key a to key \u001b[31mb',
  );
  const changed = { observation: { ...observation, signers: ['key b'] }, tag: null, mark: null };
  writeMemory(directory, remember(trusted, changed, [alarm], 'untrusted', now));

  const shown = await run('history', 'debian:12');
  assert.match(shown, /signer +key a\n/);
  assert.match(shown, /Waits to be accepted since [^]*key a to key \\u\{1b\}\[31mb/);
  assert.match(shown, /The tag 12 never moved\n/);
  assert.match(shown, /2026-11-01 .*sha256:1111/);
  assert.match(await run('history', 'debian:13'), /Other tags that were seen: 12\n/);
  const document = JSON.parse(await run('history', '--format', 'json', 'index.docker.io/debian')) as {
    repository: string;
  };
  assert.equal(document.repository, REPOSITORY);
  const published = readFileSync(SCHEMA, 'utf8');
  assert.equal(published, formatJson(trustMemoryJsonSchema()), 'run npm run make:docs');
  const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(published) as object);
  assert.ok(validate(document), JSON.stringify(validate.errors));

  assert.match(await run('accept', 'debian:12'), /: accepted\n {2}the signer changed/);
  assert.deepEqual(readMemory(directory, REPOSITORY).expectation?.signers, ['key a', 'key b']);
  assert.equal(await run('forget', 'debian'), `${REPOSITORY}: forgotten\n`);
  assert.equal(await run('forget', 'debian'), `${REPOSITORY}: nothing was remembered\n`);
});
