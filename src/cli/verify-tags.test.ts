/** Tags that a policy ties to a movement or to the definition of an official image. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../test/cli/command-line.ts';
import { buildImage, buildLayer } from '../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';
import type { TrustReport } from '../model/trust-report.ts';

const image = (content: string) => buildImage({ layers: [buildLayer([{ path: 'a', content }])] });
const IMAGES = { one: image('one'), two: image('two'), three: image('three') };
type Name = keyof typeof IMAGES;

const DEFINITION = `Maintainers: Ada Lovelace <ada@example.com> (@ada)
GitRepo: https://example.com/app.git
GitCommit: ${'a'.repeat(40)}

Tags: 1.2, 1.2.4, stable
Directory: 1

Tags: 2.0, edge
Directory: 2
`;

/** A repository with three signed images, and a policy for it; the tags are the test's to set. */
async function setUp(t: TestContext, rule: string) {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  const hallmark = commandLine(t);
  const run = (...args: readonly string[]) =>
    hallmark(args, { environment: { HALLMARK_KEY_PASSWORD: 'secret' }, workingDirectory: folder });
  assert.equal((await run('key', 'generate', '--output', join(folder, 'maker'))).status, 0);
  const repository = `${registry.host}/team/app`;
  for (const one of Object.values(IMAGES)) {
    addImage(registry.repository('team/app'), one);
    const signed = await run('sign', '--key', join(folder, 'maker.key'), `${repository}@${one.digest}`);
    assert.equal(signed.status, 0, signed.stderr);
  }
  writeFileSync(join(folder, 'definition'), DEFINITION);
  writeFileSync(
    join(folder, 'hallmark-trust.yaml'),
    `schema: hallmark.trust-policy/1
authorities: { maker: { key: maker.pub } }
rules:
  - repositories: [${repository}]
    ${rule}
    require: [{ signature: { by: maker } }]
`,
  );
  const verify = async (tag: string, name: Name) => {
    registry.repository('team/app').tags.set(tag, IMAGES[name].digest);
    const { stdout } = await run('verify', '--format', 'json', `${repository}:${tag}`);
    return JSON.parse(stdout) as TrustReport;
  };
  return { run, verify, repository };
}

test('tags move as the policy says, whatever their names are like', async (t) => {
  const { verify } = await setUp(
    t,
    'tags: [{ tag: latest, movement: immutable }, { tag: { glob: v* }, movement: floating }]',
  );
  for (const [tag, name, code] of [
    ['latest', 'one', 'REQUIREMENTS_MET'],
    ['latest', 'two', 'ALARM'],
    ['v1.2.3', 'one', 'REQUIREMENTS_MET'],
    ['v1.2.3', 'two', 'REQUIREMENTS_MET'],
    ['1.2.3', 'one', 'REQUIREMENTS_MET'],
    ['1.2.3', 'two', 'ALARM'],
  ] as const) {
    const report = await verify(tag, name);
    assert.equal(report.code, code, `${tag} to ${name}: ${report.because}`);
  }
});

test('a tag that moves outside of what the definition lists is an alarm, until the user accepts it', async (t) => {
  const { run, verify, repository } = await setUp(t, 'definition: definition');
  for (const [tag, name, code, because] of [
    ['1.2', 'one', 'REQUIREMENTS_MET', /holds/],
    ['1.2.4', 'one', 'REQUIREMENTS_MET', /holds/],
    ['2.0', 'two', 'REQUIREMENTS_MET', /holds/],
    ['stable', 'two', 'ALARM', /stable points to .*, which is what 2\.0 of another entry/],
    ['1.2', 'three', 'REQUIREMENTS_MET', /holds/],
    ['1.1', 'one', 'REQUIREMENTS_MET', /holds/],
    ['1.1', 'three', 'ALARM', /does not list the tag 1\.1, and it moved from/],
  ] as const) {
    const report = await verify(tag, name);
    assert.equal(report.code, code, `${tag} to ${name}: ${report.because}`);
    assert.match(report.because, because);
  }
  assert.equal((await run('trust', 'accept', `${repository}:1.1`)).status, 0);
  assert.equal((await verify('1.1', 'three')).code, 'REQUIREMENTS_MET');
});
