import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { assessment, rootAssessment } from '../../test/report/assessment.ts';
import { buildImage, buildLayer } from '../../test/images/image-builder.ts';
import { writeOciLayout } from '../../test/images/layouts.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { assess } from '../assess/library.ts';
import type { Assessment } from '../model/assessment.ts';
import { formatAssessments, formatJson, toAssessmentDocument } from './json.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SCHEMA = join(ROOT, 'docs', 'schema', 'assessment-1.schema.json');

const ajv = new Ajv2020({ allErrors: true });
const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

/** Fails with what is wrong when the document is not what the published schema says. */
function assertValid(document: unknown): void {
  assert.ok(validate(document), ajv.errorsText(validate.errors, { separator: '\n' }));
}

/** Both forms of the report as a program reads them. */
function assertReportsValid(whole: Assessment): void {
  for (const files of [false, true]) assertValid(JSON.parse(formatAssessments([whole], { files })));
}

const quietly = (t: TestContext) => ({ cacheDirectory: temporaryDirectory(t), offline: true });

test('the report of the sample image follows the published schema', async (t) => {
  const whole = await assess(`oci-dir:${join(ROOT, 'examples', 'sample-image')}`, quietly(t));
  assert.ok(whole.packages.length > 50 && whole.findings.length > 50 && whole.image.layers.length === 4);
  assertReportsValid(whole);
});

test('the report of a root file system follows the published schema', async (t) => {
  const root = join(temporaryDirectory(t), 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'srv', 'node_modules', 'minimist'), { recursive: true });
  writeFileSync(join(root, 'etc', 'os-release'), 'ID=debian\nVERSION_ID="12"\n');
  writeFileSync(
    join(root, 'srv', 'node_modules', 'minimist', 'package.json'),
    '{"name":"minimist","version":"1.2.0"}',
  );
  const whole = await assess(`dir:${root}`, quietly(t));
  assert.equal(whole.image.kind, 'root-file-system');
  assert.ok(whole.findings.some(({ id }) => id === 'CVE-2021-44906'));
  assertReportsValid(whole);
});

test('the report of a hostile image follows the published schema', async (t) => {
  const evil = '\u001b[2J\n\u202e"\\';
  const layer = buildLayer([
    { path: '../../etc/passwd', content: 'root' },
    { path: 'etc/os-release', content: `ID=alpine\nPRETTY_NAME="${'A'.repeat(5000)}\u001b[31m"\n` },
    { path: 'lib/apk/db/installed', content: 'P:x\nV:\u0000\nF:\nZ:Q1\n\nbroken' },
    { path: 'app/node_modules/__proto__/package.json', content: '{"name":"__proto__","version":"1.0.0"}' },
    {
      path: 'app/node_modules/evil/package.json',
      content: JSON.stringify({ name: evil, version: evil, license: [evil, null, {}], dependencies: [] }),
    },
    { path: 'app/node_modules/broken/package.json', content: '{"name":' },
    { path: 'loop', type: 'symlink', linkTarget: 'loop' },
    { path: 'pipe', type: 'fifo' },
  ]);
  const image = buildImage({
    layers: [layer],
    history: [{ created_by: evil, created: 'yesterday', comment: evil }, { created_by: 'one too many' }],
    configuration: {
      author: evil,
      created: evil,
      config: { Labels: { [evil]: evil, __proto__: evil }, Env: [evil], Cmd: [evil], User: evil },
    },
    annotations: { constructor: evil },
  });
  const folder = join(temporaryDirectory(t), 'image');
  writeOciLayout(folder, [{ root: image }]);
  const whole = await assess(`oci-dir:${folder}`, quietly(t));
  assert.ok(whole.coverage.length > 0);
  assertReportsValid(whole);
});

test('assessments made by hand follow the schema, so that the tests of reports speak of real ones', () => {
  assertReportsValid(assessment());
  assertReportsValid(rootAssessment());
});

const owned = (files: boolean) =>
  toAssessmentDocument(assessment(), { files }).packages.map((entry) => entry.files);

test('files that packages own are in the report only when they are asked for', () => {
  assert.deepEqual(owned(false), [undefined, undefined]);
  assert.deepEqual(owned(true), [['lib/x86_64-linux-gnu/libc.so.6'], []]);
});

test('one assessment is a document; those of several platforms are listed in one', () => {
  const [one, two] = [assessment(), rootAssessment()];
  assert.equal(formatAssessments([one]), formatJson(toAssessmentDocument(one)));
  const both = JSON.parse(formatAssessments([one, two])) as { schema: string; assessments: unknown[] };
  assert.equal(both.schema, 'hallmark.assessments/1');
  assert.equal(both.assessments.length, 2);
  for (const document of both.assessments) assertValid(document);
});

test('JSON ends in a new line and keeps the order of fields', () => {
  assert.equal(formatJson({ b: 1, a: [true] }), '{\n  "b": 1,\n  "a": [\n    true\n  ]\n}\n');
});
