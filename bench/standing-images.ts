/**
 * What it costs to take stock of images that were built: each is looked up by its build in the state, and held against the gate of now.
 * The baseline is a quarter of the images: four times as many should take four times as long.
 *
 *     node bench/standing-images.ts [IMAGES] [PASSES]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineAgain } from '../src/library/admission/examined-again.ts';
import { openGates } from '../src/library/admission/gates.ts';
import type { BuildId } from '../src/library/builds/build.ts';
import { defaultSettings } from '../src/library/programme/read-settings.ts';
import { openState, stateFile } from '../src/library/state/open-state.ts';
import { digestHex, digestOf } from '../src/model/digest.ts';
import { median } from './measure.ts';

const [images, passes] = [Number(process.argv[2] ?? 8_000), Number(process.argv[3] ?? 3)];
const settings = defaultSettings('/programme');
const gates = openGates(settings);
const buildOf = (number: number) => digestHex(digestOf(`build ${number}`)) as BuildId;
const sourceOf = (number: number) => digestHex(digestOf(`source ${number}`));

/** With as many checks and as much evidence as images of the example have. */
function admissionOf(number: number): object {
  return {
    buildId: buildOf(number),
    generation: 1,
    architecture: 'amd64',
    verdict: 'admitted',
    digest: digestOf(`image ${number}`),
    checks: Array.from({ length: 20 }, (_, at) => ({
      id: `check-${at}`,
      result: 'passed',
      because: 'b'.repeat(60),
    })),
    evidence: Array.from({ length: 6 }, (_, at) => ({
      predicateType: `type-${at}`,
      digest: digestOf(`${at}`),
    })),
    findings: { open: {}, fixable: {} },
    gate: gates('repository'),
  };
}

/** Written at once: one by one, as a programme does, each would wait for the disk. */
function writeState(folder: string, count: number): void {
  openState(folder).close();
  const database = new DatabaseSync(stateFile(folder));
  const attempt = database.prepare(
    `INSERT INTO attempts VALUES (?, ?, 1, ?, 'amd64', '["a:1"]', '[]', 'r', '{}', '{}', '[]', 1, 2, '{"kind":"built"}', 'log')`,
  );
  const admission = database.prepare(`INSERT INTO admissions VALUES (?, 1, ?, 'admitted', 3, ?)`);
  const newest = database.prepare('INSERT INTO newest VALUES (?, ?)');
  database.exec('BEGIN');
  for (let number = 1; number <= count; number += 1) {
    attempt.run(number, buildOf(number), sourceOf(number));
    admission.run(buildOf(number), number, JSON.stringify(admissionOf(number)));
    newest.run(`${sourceOf(number)}/amd64`, number);
  }
  database.exec('COMMIT');
  database.close();
}

function measure(count: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-standing-'));
  try {
    writeState(folder, count);
    const state = openState(folder);
    const circumstances = { gates, gate: settings.gate, hasAdvisories: true };
    const times = Array.from({ length: passes }, () => {
      const begun = performance.now();
      const snapshot = state.snapshot();
      for (let number = 1; number <= count; number += 1) {
        if (snapshot.images.get(buildOf(number)) === undefined) throw new Error('an image is missing');
        snapshot.previous.get(`${sourceOf(number)}/amd64`);
        const again = examineAgain(buildOf(number), 'repository', snapshot, circumstances);
        if (again !== null) throw new Error('a verdict does not hold');
      }
      return performance.now() - begun;
    });
    state.close();
    return median(times);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [few, all] = [measure(images / 4), measure(images)];
console.log(`${images / 4} images  ${few.toFixed(0)} ms`);
console.log(`${images} images  ${all.toFixed(0)} ms, ${((all / images) * 1000).toFixed(0)} µs an image`);
console.log(`ratio ${(all / few).toFixed(2)}`);
