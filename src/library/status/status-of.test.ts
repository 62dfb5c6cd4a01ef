import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { examined } from '../../../test/library/examined.ts';
import { publication, publishedImage } from '../../../test/library/small-ledger.ts';
import { smallProgramme, type SmallProgramme } from '../../../test/library/small-programme.ts';
import { digestOf } from '../../model/digest.ts';
import { createStyle } from '../../report/style.ts';
import type { RecipeId } from '../builds/build.ts';
import type { LedgerEvent } from '../ledger/entry.ts';
import type { WorkItem } from '../plan/work.ts';
import { planPublications } from '../publishing/plan-publications.ts';
import { defineProgramme, takeStock } from '../running/stock/take-stock.ts';
import { openState } from '../state/open-state.ts';
import { formatStatus, formatStatusPage } from './format-status.ts';
import { statusOf } from './status-of.ts';
import { StatusSchema } from './status-schema.ts';
import { formatSeconds } from '../../formats/time.ts';

const START = Date.UTC(2026, 10, 1) / 1000;
const RECIPE = 'c'.repeat(64) as RecipeId;
const ENGINE = { name: 'stub', version: '1', parts: {} };
const EVIDENCE = ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1'].map((predicateType) => ({
  predicateType,
  digest: digestOf(predicateType),
}));

const SMALL = smallProgramme(`
  debian:12 amd64,arm64v8
  redis:8 amd64,arm64v8 < debian:12
`);

/** A programme with a real state, an hour after its beginning. */
function run(t: TestContext, { programme, sources }: SmallProgramme = SMALL) {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-status-'));
  const state = openState(folder);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true });
  });
  const defined = defineProgramme(programme, sources, ['caddy: its definition cannot be read']);
  const now = START + 3600;
  const stock = () =>
    takeStock(defined, { state, recipeOf: () => RECIPE, outside: new Map(), fixesOf: () => new Map(), now });

  const begin = ({ build, generation, reasons }: WorkItem) =>
    state.beginAttempt({
      ...build,
      generation,
      reasons,
      tags:
        defined.graph.targets[defined.graph.numberOf(build.sourceId, build.architecture) ?? -1]?.place.tags ??
        [],
      recipeId: RECIPE,
      startedAt: START,
      engine: ENGINE,
      arguments: {},
      log: `logs/${build.architecture}.log`,
    });
  const end = (item: WorkItem, verdict: 'admitted' | 'rejected') => {
    const { build, generation } = item;
    const reference = `localhost:5000/quarantine/${build.architecture}:${build.buildId}`;
    const digest = digestOf(build.buildId);
    state.endAttempt(begin(item).id, { kind: 'built', reference, digest }, START + 60);
    const check = {
      id: 'test.utc',
      result: verdict === 'admitted' ? 'passed' : 'failed',
      because: 'date says CET',
    } as const;
    const { architecture, buildId } = build;
    const admission = {
      buildId,
      architecture,
      generation,
      reference,
      digest,
      recipeId: RECIPE,
      source: examined(),
      verdict,
    } as const;
    state.recordAdmission(
      {
        ...admission,
        checks: [check],
        evidence: EVIDENCE,
        findings: null,
        gate: defined.gates('caddy'),
        at: formatSeconds(START + 90),
      },
      START + 90,
    );
  };
  const publish = (event: LedgerEvent, at: number) => {
    const intent = { id: `${at}`, event, index: '', at: formatSeconds(at) };
    state.beginPublication(intent);
    state.completePublication(intent.id, event, intent.at);
  };
  const status = (only?: ReadonlySet<string>) => {
    const { builds, snapshot, plan } = stock();
    const tags = state.tagStates();
    const publications = planPublications({
      programme,
      sources,
      gates: defined.gates,
      builds,
      snapshot,
      tags,
      now,
    });
    return statusOf({
      programme,
      graph: defined.graph,
      builds,
      snapshot,
      plan,
      publications,
      state,
      now,
      problems: defined.problems,
      ...(only === undefined ? {} : { only }),
    });
  };
  const work = () => stock().plan.work;
  return { state, begin, end, publish, status, work };
}

/** As the publisher tells it of images that were admitted. */
function published(repository: string, tag: string, items: readonly WorkItem[]) {
  const images = items.map(({ build: { architecture, buildId, sourceId } }) =>
    publishedImage(architecture, { buildId, sourceId, digest: digestOf(buildId) }),
  );
  return publication(repository, [tag], { images });
}

suite('the status of a programme', () => {
  test('at the beginning everything is to be built', (t) => {
    const status = run(t).status();
    assert.deepEqual(StatusSchema.parse(status), status);
    assert.deepEqual(status.counts, {
      repositories: 2,
      images: 4,
      built: 0,
      queued: 2,
      deferred: 0,
      waiting: 2,
      unexamined: 0,
      blocked: 0,
      failing: 0,
      late: 0,
      held: 2,
      ready: 0,
    });
    assert.deepEqual(status.queue[0], {
      image: 'debian:12',
      architecture: 'amd64',
      because: 'it is new',
      severity: null,
      deadline: null,
      isLate: false,
      notBefore: null,
    });
    assert.deepEqual(status.waiting[0], { image: 'redis:8', architecture: 'amd64', for: ['debian:12'] });
    assert.deepEqual(status.problems, ['caddy: its definition cannot be read']);
    assert.deepEqual([status.oldest, status.evidence.images], [null, 0]);
  });

  test('what runs, fails or was rejected says where its log is', (t) => {
    const { begin, end, work, state, status } = run(t);
    const [amd64, arm64] = work();
    assert.ok(amd64 !== undefined && arm64 !== undefined);
    end(amd64, 'rejected');
    state.endAttempt(
      begin(arm64).id,
      { kind: 'failed', code: 'BUILD_FAILED', because: 'no space' },
      START + 60,
    );
    begin(arm64);
    const { failing, running, counts } = status();
    assert.equal(counts.failing, 2);
    assert.deepEqual(failing[0], {
      image: 'debian:12',
      architecture: 'amd64',
      attempts: 1,
      lastAt: formatSeconds(START + 60),
      because: 'test.utc: date says CET',
      log: 'logs/amd64.log',
    });
    assert.equal(failing[1]?.because, 'it is being tried again');
    assert.deepEqual(running, [
      { image: 'debian:12', architecture: 'arm64v8', since: formatSeconds(START), log: 'logs/arm64v8.log' },
    ]);
  });

  test('what is published is measured', (t) => {
    const { end, publish, work, status } = run(t);
    const bases = work();
    for (const item of bases) end(item, 'admitted');
    publish(published('debian', '12', bases), START + 100);
    const children = work();
    for (const item of children) end(item, 'admitted');
    publish(published('redis', '8', children.slice(0, 1)), START + 160);
    publish(published('redis', 'old', children.slice(0, 1)), START + 170);
    const found = status();
    assert.deepEqual(StatusSchema.parse(found), found);
    assert.equal(found.counts.built, 4);
    assert.deepEqual(found.architectures, [
      { architecture: 'amd64', intended: 2, built: 2, published: 2 },
      { architecture: 'arm64v8', intended: 2, built: 2, published: 1 },
    ]);
    assert.deepEqual(found.freshness.firstChild, { samples: 1, p50: 60, p95: 60 });
    assert.deepEqual(found.evidence, {
      images: 3,
      withSbom: 3,
      withProvenance: 3,
      signed: 3,
      unknown: 0,
      rebuilt: 0,
      rebuiltIdentical: 0,
    });
    assert.deepEqual(found.orphaned, ['redis:old']);
    assert.deepEqual(found.oldest, {
      image: 'debian:12',
      architecture: 'amd64',
      publishedAt: formatSeconds(START + 100),
    });
  });

  test('one repository is shown, and the counts stay those of all', (t) => {
    const { queue, waiting, counts } = run(t).status(new Set(['redis']));
    assert.deepEqual([queue.length, waiting.length, counts.queued], [0, 2, 2]);
  });

  test('as text and as a page', (t) => {
    const status = run(t).status();
    const text = formatStatus(status, createStyle({ colour: false, width: 100 }));
    assert.match(
      text,
      /^programme: 0 of 4 images built, 2 queued, 2 waiting for parents, 2 sets of tags held back\.\n/,
    );
    assert.match(text, /\nTo be built\n {2}Image +Architecture +By +Why\n {2}debian:12 +amd64 +it is new\n/);
    const failing = { image: 'debian:12', architecture: 'amd64', attempts: 2, log: null } as const;
    const because =
      'buildah ended with status 7: building at STEP "RUN make": exit status 7, and more of that';
    const told = formatStatus(
      { ...status, failing: [{ ...failing, lastAt: formatSeconds(START), because }] },
      createStyle({ colour: false, width: 80 }),
    );
    const [, why = ''] = /\nFailing\n[^\n]*\n([^]*?)\n\n/.exec(told) ?? [];
    assert.ok(why.replaceAll(/\s+/g, ' ').includes(because), 'the whole reason');
    assert.match(why, /\n {2}"hallmark library log IMAGE" tells what a build said$/);
    const page = formatStatusPage({ ...status, orphaned: ['a|b:[x](javascript:y)'] });
    assert.match(page, /^# Status of programme\n\n/);
    assert.match(
      page,
      /\n\| Image \| Architecture \| By \| Why \|\n\| --- \| --- \| --- \| --- \|\n\| debian:12 \| amd64 \|  \| it is new \|\n/,
    );
    assert.match(page, /\| a\\\|b:\\\[x\\\]\(javascript:y\) \|/);
    assert.match(page, /\n\nAs of 2026-11-01T01:00:00Z\.\n$/);
  });
});
