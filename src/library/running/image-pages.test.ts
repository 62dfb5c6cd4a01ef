/** Pages of images beside the work of a publisher, against a registry in memory. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { admit, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import { recallSize } from '../documents/image-sizes.ts';
import { imagePath } from '../documents/image-path.ts';
import { openProgramme } from '../programme/open-programme.ts';
import type { PlannedPublication, PublicationMember } from '../publishing/publication-plan.ts';
import { publish } from '../publishing/publish.ts';
import { createImagePages } from './image-pages.ts';

async function publisherWithPages(t: TestContext, pages = '{ folder: site, images: true }') {
  const setting = await publishingSetting(t);
  const { scene, state, publisher } = setting;
  const folder = temporaryDirectory(t);
  mkdirSync(join(folder, 'library'));
  writeFileSync(
    join(folder, 'programme.yaml'),
    `schema: hallmark.programme/1\nname: test\nregistry: { quarantine: "${scene.host}/quarantine", public: "${scene.host}/library", plainHttp: true }\npages: ${pages}\n`,
  );
  const problems: string[] = [];
  let written = 0;
  const images = createImagePages({
    state,
    source: publisher,
    signal: new AbortController().signal,
    onProblem: (message) => problems.push(message),
    onWritten: () => (written += 1),
    onFault: (error) => assert.fail(String(error)),
  });
  return {
    ...setting,
    folder,
    problems,
    writtenTimes: () => written,
    hasPage: ({ digest }: PublicationMember) =>
      existsSync(join(folder, 'site', `${imagePath('app', digest)}.md`)),
    async publish(tags: readonly string[], members: PlannedPublication['members']) {
      const plan = { ready: [planned('app', tags, members)], retired: [] };
      assert.deepEqual((await publish(scene.settings, state, plan, publisher)).problems, []);
    },
    async writePages() {
      images.begin(openProgramme(folder));
      await images.end();
    },
  };
}

suite('pages of images that the publisher writes', () => {
  test('of what is new, once', async (t) => {
    const run = await publisherWithPages(t);
    const first = await admit(run.scene, { architecture: 'amd64', id: 'a' });
    await run.publish(['1'], [first]);
    await run.writePages();
    assert.ok(run.hasPage(first));
    assert.ok((recallSize(run.state, first.digest) ?? 0) > 0);
    run.registry.requests.length = 0;
    await run.writePages();
    assert.deepEqual([run.registry.requests, run.writtenTimes()], [[], 1]);

    const second = await admit(run.scene, { architecture: 'amd64', id: 'b' });
    await run.publish(['2'], [second]);
    run.registry.requests.length = 0;
    await run.writePages();
    assert.ok(run.hasPage(second));
    assert.equal(run.writtenTimes(), 2);
    assert.ok(run.registry.requests.every(({ url }) => !url.includes(first.digest)));
    assert.deepEqual(run.problems, []);
  });

  test('what quarantine has lost is told once and not asked for again', async (t) => {
    const run = await publisherWithPages(t);
    const image = await admit(run.scene, { architecture: 'amd64', id: 'a' });
    await run.publish(['1'], [image]);
    run.registry.repository('quarantine/amd64').manifests.clear();
    await run.writePages();
    run.registry.requests.length = 0;
    await run.writePages();
    assert.deepEqual(run.registry.requests, []);
    assert.match(
      run.problems.join('\n'),
      /^no page of app@sha256:[0-9a-f]{64} \(amd64\): .* is not admitted: [^\n]*$/,
    );
    assert.ok(!existsSync(join(run.folder, 'site', 'app')));
  });

  test('a folder that cannot be written is a problem; without the setting nobody is asked', async (t) => {
    const run = await publisherWithPages(t, '{ folder: programme.yaml, images: true }');
    const image = await admit(run.scene, { architecture: 'amd64', id: 'a' });
    await run.publish(['1'], [image]);
    await run.writePages();
    assert.match(run.problems.join('\n'), /^pages cannot be written: (?:EEXIST|ENOTDIR)/);

    const without = await publisherWithPages(t, '{ folder: site }');
    const other = await admit(without.scene, { architecture: 'amd64', id: 'a' });
    await without.publish(['1'], [other]);
    await without.writePages();
    assert.deepEqual([without.problems, readdirSync(without.folder)], [[], ['library', 'programme.yaml']]);
  });
});
