/** Pages of images: what they tell, and that nothing in an image becomes markup. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import { formatJson } from '../../report/json.ts';
import { baseImages } from './base-images.ts';
import { formatImagePage } from './image-page.ts';
import { imageJsonSchema, type ImageRecord, ImageSchema } from './image-schema.ts';

const PLACE = { public: 'registry.example/library', plainHttp: false };

/** An image of which everything that can be told is one text, or a list of it. */
function imageOf(text: string): ImageRecord {
  const digest = digestOf('image');
  const id = 'a'.repeat(64);
  return ImageSchema.parse({
    schema: 'hallmark.image/1',
    repository: 'redis',
    digest,
    architecture: 'amd64',
    platform: text,
    mediaType: text,
    configDigest: digest,
    sizeBytes: 1_840_000,
    created: text,
    source: {
      repository: text,
      ref: text,
      commit: text,
      directory: text,
      file: text,
      builder: text,
      sourceId: id,
      links: null,
    },
    build: {
      buildId: id,
      generation: 1,
      recipeId: id,
      tags: [text],
      reasons: [text],
      startedAt: text,
      endedAt: text,
      parents: [{ name: text, digest }],
      tools: { [text]: text },
    },
    base: { name: text, digest },
    run: {
      user: text,
      entrypoint: [text],
      command: [text],
      workingDirectory: text,
      environment: [text],
      exposedPorts: [text],
      volumes: [text],
      stopSignal: text,
      healthcheck: [text],
      shell: [text],
    },
    labels: { [text]: text },
    annotations: { [text]: text },
    layers: [{ digest, diffId: digest, mediaType: text, sizeBytes: 1, step: 0 }],
    history: [
      { createdBy: text, created: text, author: text, comment: text, layer: 0 },
      { createdBy: null, created: text, author: text, comment: text, layer: null },
    ],
    distribution: text,
    packages: [
      {
        name: text,
        version: text,
        type: text,
        architecture: text,
        source: { name: text, version: text },
        licence: text,
        purl: text,
        isOwn: true,
      },
    ],
    admission: {
      at: text,
      checks: [{ id: text, result: 'passed', because: text }],
      findings: { open: { high: 2 }, fixable: {} },
      evidence: [{ predicateType: text, digest }],
      logs: [digest],
    },
  });
}

const chainOf = (record: ImageRecord) => baseImages(() => null, PLACE.public)(record);

/** A line without its code and its escaped characters. CommonMark 0.31, sections 2.4 and 6.1. */
function markupOf(line: string): string {
  return line.replace(/\\[!-/:-@[-`{-~]|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)/g, '');
}

suite('the page of an image', () => {
  for (const text of [
    '<img src=x onerror=alert(1)>',
    '`<b>`',
    '``` <b>',
    '\\`<b>`',
    '\\| <b> \\\\| <i>',
    '](javascript:alert(1)) [x](https://evil.example)',
    'a\n\n# Heading\n\n<script>',
    '\u202e\u0000<!--',
    '&lt;b&gt; &#60;b&#62;',
    '--> | --- | <b>',
  ]) {
    test(`nothing of ${JSON.stringify(text)} is markup`, () => {
      const whole = formatImagePage(imageOf(text), chainOf(imageOf(text)), PLACE);
      const plain = formatImagePage(imageOf('x'), chainOf(imageOf('x')), PLACE);
      const lines = whole.split('\n');
      assert.equal(lines.length, plain.split('\n').length);
      for (const [at, line] of plain.split('\n').entries()) {
        const shown = markupOf(lines[at] ?? '');
        assert.doesNotMatch(shown, /[<>&]/, line);
        for (const mark of ['|', '](']) {
          assert.equal(shown.split(mark).length, markupOf(line).split(mark).length, line);
        }
      }
    });
  }

  test('long values and long lists are cut, and counted', () => {
    const record = imageOf('x');
    const many = Array.from({ length: 2500 }, (_, index) => ({
      ...(record.packages?.[0] ?? assert.fail()),
      name: `package-${index}`,
      licence: index % 2 === 0 ? 'MIT' : null,
    }));
    const environment = Array.from({ length: 150 }, (_, index) => `V${index}=1`);
    const page = formatImagePage(
      { ...record, packages: many, run: { ...record.run, user: 'u'.repeat(10_000_000), environment } },
      [],
      PLACE,
    );
    assert.match(page, /\n2,500 packages: 2,500 x\.\n/);
    assert.match(page, /\n\| package-1999 \|.*\n\nand 500 more\n/);
    assert.match(page, /\n\| not stated \| 1,250 \|\n\| MIT \| 1,250 \|\n/);
    assert.match(page, /`V99=1` and 50 more\n/);
    assert.match(page, /\*\*User\*\*: `u{499}…`\n/);
  });

  test('what is not known is not told', () => {
    const { run, admission, ...rest } = imageOf('x');
    const nothing = {
      entrypoint: [],
      command: [],
      environment: [],
      exposedPorts: [],
      volumes: [],
      shell: [],
    };
    const nulls = { user: null, workingDirectory: null, stopSignal: null, healthcheck: null };
    const page = formatImagePage(
      {
        ...rest,
        packages: null,
        labels: {},
        run: { ...run, ...nothing, ...nulls },
        admission: { ...admission, findings: null, checks: [] },
      },
      [],
      PLACE,
    );
    assert.match(page, /\n## Configuration\n\nIt sets nothing\.\n/);
    assert.match(page, /\nIts bill of materials cannot be read\.\n/);
    assert.match(page, /\nThey were not looked for when the image was admitted on x\.\n/);
    assert.doesNotMatch(page, /## (?:Labels|Built on|Checks)/);
  });

  test('the schema is the published one', () => {
    const published = new URL('../../../docs/schema/image-1.schema.json', import.meta.url);
    assert.equal(readFileSync(published, 'utf8'), formatJson(imageJsonSchema()), 'run npm run make:docs');
  });
});

suite('what an image stands on', () => {
  const [runtime, os, outside, loop] = [
    digestOf('runtime'),
    digestOf('os'),
    digestOf('outside'),
    digestOf('loop'),
  ] as const;
  const bases = new Map<string, Pick<ImageRecord, 'base'>>([
    [`runtime ${runtime}`, { base: { name: 'registry.example/library/os:1@sha256:1', digest: os } }],
    [`os ${os}`, { base: { name: 'docker.io/library/debian:12', digest: outside } }],
    [`loop ${loop}`, { base: { name: 'loop', digest: loop } }],
  ]);
  const read: string[] = [];
  const chain = baseImages((repository, digest) => {
    read.push(repository);
    return bases.get(`${repository} ${digest}`) ?? null;
  }, PLACE.public);

  test('to the lowest that is known, and of each the record is read once', () => {
    const image = { base: { name: 'runtime:1', digest: runtime } };
    const told = chain(image).map(({ name, repository }) => [name, repository]);
    assert.deepEqual(told, [
      ['runtime:1', 'runtime'],
      ['registry.example/library/os:1@sha256:1', 'os'],
      ['docker.io/library/debian:12', null],
    ]);
    chain(image);
    assert.deepEqual(read, ['runtime', 'os']);
  });

  test('names that lead out of the folder, no digest, and circles', () => {
    assert.deepEqual(chain({ base: { name: '../../etc:1', digest: digestOf('x') } }), [
      { name: '../../etc:1', digest: digestOf('x'), repository: null },
    ]);
    assert.deepEqual(chain({ base: null }), []);
    assert.equal(chain({ base: { name: 'scratch', digest: null } }).length, 1);
    assert.equal(chain({ base: { name: 'loop', digest: loop } }).length, 16);
  });
});
