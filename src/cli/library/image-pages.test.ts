/** `library docs --images`, against a registry in memory with images that a verifier has admitted. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { commandLine } from '../../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { INPUTS } from '../../../test/library/examined.ts';
import { admit, NOW, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import { ImageSchema } from '../../library/catalogue/image-schema.ts';
import { imagePath } from '../../library/documents/image-path.ts';
import type { PlannedPublication } from '../../library/publishing/publication-plan.ts';
import { publish } from '../../library/publishing/publish.ts';
import { openState } from '../../library/state/open-state.ts';

const APP = `Maintainers: Ann Author (@ann)
GitRepo: ${INPUTS.gitRepo}
GitCommit: ${INPUTS.gitCommit}
Directory: ${INPUTS.directory}
Architectures: amd64, arm64v8

Tags: 1.0, latest
`;

async function programme(t: TestContext) {
  const setting = await publishingSetting(t);
  const { scene, registry, publisher } = setting;
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'library'));
  writeFileSync(join(folder, 'library/app'), APP);
  writeFileSync(
    join(folder, 'verifier.pub'),
    scene.verifierKey.publicKey.export({ type: 'spki', format: 'pem' }),
  );
  const settle = (more: string) =>
    writeFileSync(
      join(folder, 'programme.yaml'),
      `schema: hallmark.programme/1\nname: test\nregistry: { quarantine: "${scene.host}/quarantine", public: "${scene.host}/library", plainHttp: true }\nroles: { verifier: { publicKey: verifier.pub } }\n${more}`,
    );
  settle('');
  const hallmark = commandLine(t);
  const pages = join(folder, 'pages');
  return {
    scene,
    registry,
    settle,
    pages,
    read: (path: string) => readFileSync(join(pages, path), 'utf8'),
    run: (...args: readonly string[]) =>
      hallmark(['library', 'docs', '--output', 'pages', '--programme', folder, ...args], {
        workingDirectory: folder,
        now: () => NOW.getTime(),
      }),
    release: async (tags: readonly string[], members: PlannedPublication['members']) => {
      const state = openState(join(folder, '.hallmark'));
      try {
        const plan = { ready: [planned('app', tags, members)], retired: [] };
        const { problems } = await publish(scene.settings, state, plan, publisher);
        assert.deepEqual(problems, []);
      } finally {
        state.close();
      }
    },
  };
}

suite('library docs --images', () => {
  test('writes a page and a record of each image and a page of each tag, and asks for each image once', async (t) => {
    const { scene, registry, run, read, release, pages } = await programme(t);
    const amd64 = await admit(scene, { architecture: 'amd64', id: 'a', packages: { libc6: '2.41' } });
    const arm64 = await admit(scene, { architecture: 'arm64v8', id: 'b' });
    await release(['1.0', 'latest'], [amd64, arm64]);

    const checked = await run('--images', '--check');
    assert.equal(checked.status, 2);
    assert.match(checked.stdout, /app\/images\/sha256-[0-9a-f]{64}\.json\n/);
    assert.ok(!existsSync(pages));

    const { status, stderr } = await run('--images');
    assert.deepEqual([status, stderr], [0, '10 files written, 0 as they should be\n']);
    const path = imagePath('app', amd64.digest);
    const record = ImageSchema.parse(JSON.parse(read(`${path}.json`)));
    assert.deepEqual(
      [record.platform, record.source.commit, record.source.directory, record.base],
      ['linux/amd64', INPUTS.gitCommit, 'debian', null],
    );
    assert.deepEqual(
      record.packages?.map(({ name, version, isOwn }) => [name, version, isOwn]),
      [['libc6', '2.41', null]],
    );
    assert.deepEqual(record.admission.evidence.map(({ predicateType }) => predicateType).sort(), [
      'https://cyclonedx.org/bom',
      'https://slsa.dev/provenance/v1',
      'https://spdx.dev/Document',
    ]);
    const page = read(`${path}.md`);
    assert.match(page, /^# `app` for `linux\/amd64`\n\n-\t\*\*Digest\*\*: `sha256:/);
    assert.match(page, /\n\| libc6 \| 2\\\.41 \|/);
    assert.ok(
      page.includes(
        `$ hallmark verify --key publisher.pub --plain-http ${scene.host} ${scene.host}/library/app@${amd64.digest}\n`,
      ),
    );

    const tag = read('app/tags/latest.md');
    assert.match(tag, /\*\*The same by definition\*\*: \[`1\.0`\]\(\.\/1\.0\.md\)/);
    assert.ok(tag.includes(`| amd64 | [${amd64.digest}](../images/`));
    assert.match(
      tag,
      /\n## History\n\n-\t2026-11-21, entry 1 of the ledger\n\t-\tapp:1\.0, latest mean sha256:/,
    );
    assert.match(read('app/tags.md'), /\n\| \[1\\\.0\]\(\.\/tags\/1\.0\.md\) \| supported \| sha256:/);
    assert.match(read('app/README.md'), /\]\(\.\/tags\.md\)/);
    assert.match(read('app/repository.json'), new RegExp(`"sizeBytes": ${record.sizeBytes},`));

    registry.requests.length = 0;
    const again = await run('--images');
    assert.equal(again.stderr, '0 files written, 10 as they should be\n');
    assert.equal((await run('--images', '--check')).status, 0);
    assert.deepEqual(registry.requests, []);
  });

  test('pages of images that no tag means any more stay, and tags tell what they meant', async (t) => {
    const { scene, run, read, release } = await programme(t);
    const older = await admit(scene, { architecture: 'amd64', id: 'a', packages: { libc6: '2.40' } });
    await release(['1.0'], [older]);
    await run('--images');
    const newer = await admit(scene, { architecture: 'amd64', id: 'b', packages: { libc6: '2.41' } });
    await release(['1.0'], [newer]);
    const { stdout } = await run('--images');
    assert.ok(!stdout.includes(imagePath('app', older.digest)));
    assert.match(read(`${imagePath('app', older.digest)}.md`), /\n\| libc6 \| 2\\\.40 \|/);
    assert.match(
      read('app/tags/1.0.md'),
      /entry 2 of the ledger\n.*, before sha256:[0-9a-f]{64}\.\n.*\n.*1 package changed \(libc6 2\.40 → 2\.41\)\./,
    );
  });

  test('what cannot be asked for is told, and all other pages are written', async (t) => {
    const { scene, registry, run, read, pages, release } = await programme(t);
    const image = await admit(scene, { architecture: 'amd64', id: 'a' });
    const gone = await admit(scene, { architecture: 'arm64v8', id: 'b' });
    await release(['1.0', 'latest'], [image, gone]);
    registry.repository('quarantine/arm64v8').manifests.clear();
    const { status, stderr } = await run('--images');
    assert.equal(status, 1);
    assert.match(stderr, /^no page of app@sha256:[0-9a-f]{64} \(arm64v8\): .* is not admitted: /);
    assert.ok(existsSync(join(pages, `${imagePath('app', image.digest)}.md`)));
    assert.ok(read('app/tags/1.0.md').includes(`| arm64v8 | ${gone.digest} |`));

    rmSync(pages, { recursive: true });
    await registry[Symbol.asyncDispose]();
    const away = await run('--images');
    assert.equal(away.status, 1);
    assert.match(away.stderr, /^no pages of 2 of 2 images: REGISTRY_UNAVAILABLE: /);
    assert.deepEqual(readdirSync(join(pages, 'app')).sort(), [
      'README.md',
      'repository.json',
      'tags',
      'tags.md',
    ]);
  });

  test('a record that is none of today is asked for anew; pages.images is the default', async (t) => {
    const { scene, run, read, pages, settle, release } = await programme(t);
    const image = await admit(scene, { architecture: 'amd64', id: 'a' });
    await release(['1.0'], [image]);
    assert.equal((await run()).status, 0);
    assert.deepEqual(readdirSync(join(pages, 'app')).sort(), ['README.md', 'repository.json']);
    assert.doesNotMatch(read('app/README.md'), /tags\.md/);
    settle('pages: { folder: elsewhere, images: true }\n');
    await run();
    const record = `${imagePath('app', image.digest)}.json`;
    const whole = read(record);
    writeFileSync(join(pages, record), whole.replace('hallmark.image/1', 'hallmark.image/0'));
    assert.equal((await run()).status, 0);
    assert.equal(read(record), whole);
  });
});
