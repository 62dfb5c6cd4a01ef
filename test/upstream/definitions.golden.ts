/** Definitions: bashbrew's own tests, and every definition of the official images. Rows 1 to 4 of README.md. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import { DEFAULTS } from '../../src/definitions/definition.ts';
import { findEntries } from '../../src/definitions/find-entries.ts';
import { formatBlock, formatDefinition } from '../../src/definitions/format.ts';
import { lintDefinition } from '../../src/definitions/lint/lint-definition.ts';
import { parseDefinition } from '../../src/definitions/parse.ts';
import { sharedTagGroups } from '../../src/definitions/shared-tags.ts';
import { checkTagChanges, checkTags } from '../../src/library/review/checks/tag-checks.ts';
import { compareDefinitions } from '../../src/library/review/definition-change.ts';
import { exampleOutput, rawStrings } from './go-source.ts';
import { officialTexts, openUpstream } from './repositories.ts';

const bashbrew = openUpstream('docker-library/bashbrew');
const examples = bashbrew.text('manifest/example_test.go');
const parse = (text: string) => parseDefinition(text, { name: 'thing' });

/** Fields that nobody knows are ignored, so their values are given to some that are printed. */
const withKnownFields = (text: string): string =>
  text.replaceAll(/^[ac]: /gm, 'File: ').replace(/^e: /m, 'Tags: ');

suite("bashbrew's tests of definitions", () => {
  test('1. Example: comments, continuations, merged entries, groups of shared tags', () => {
    const [given = ''] = rawStrings(examples);
    const definition = parse(given);
    const groups = sharedTagGroups(definition.entries).map(({ tags, entries }) =>
      [`\n  - ${tags.join(', ')}`, ...entries.map((entry) => `    - ${entry.tags.join(', ')}`)].join('\n'),
    );
    const printed = ['-------------\n2822:', formatDefinition(definition), '\nShared Tag Groups:', ...groups];
    assert.equal(printed.join('\n'), exampleOutput(examples, 'Example'));
  });

  test('2. ExampleFetch_local: a tag is printed without defaults', () => {
    const [entry] = findEntries(parse(bashbrew.text('manifest/testdata/bash')), '4.4');
    assert.ok(entry !== undefined);
    assert.equal(
      `bash:4.4\n\n${formatBlock(entry, DEFAULTS)}`,
      exampleOutput(examples, 'ExampleFetch_local'),
    );
  });

  test('3. what cannot be read is refused with the same beginning', () => {
    const source = bashbrew.text('manifest/parse_test.go');
    const prefixes = [...source.matchAll(/HasPrefix\(err\.Error\(\), "([^"]+)"\)/g)].map(
      ([, prefix = '']) => prefix,
    );
    assert.deepEqual(prefixes, ['Bad line:', 'invalid Maintainers:']);
    for (const [index, given] of rawStrings(source).entries()) {
      assert.throws(
        () => parse(given),
        (error) => (error as Error).message.startsWith(prefixes[index] ?? '?'),
      );
    }
    assert.deepEqual(findEntries(parse(bashbrew.text('manifest/testdata/bash')), '69.420'), []);
  });

  test('4. ExampleCommentStripper: fields are what is left of the lines', () => {
    const source = bashbrew.text('pkg/stripper/comments_example_test.go');
    const [given = ''] = rawStrings(source);
    const fields = exampleOutput(source, 'ExampleCommentStripper').split('\n\n');
    const global = `Maintainers: A (@a)\nGitRepo: https://example.org/a\nGitCommit: ${'a'.repeat(40)}\n`;
    const definition = parse(`${global}${withKnownFields(given).trimStart()}`);
    assert.equal(
      definition.global.file,
      withKnownFields(fields[0] ?? '')
        .split('\n')
        .at(-1)
        ?.slice('File: '.length),
    );
    assert.deepEqual(
      definition.entries.map(({ tags }) => tags),
      [['f']],
    );
  });
});

suite('all definitions of the official images', () => {
  const texts = officialTexts();

  test('they are read, have no error, and what is printed is read as the same', (t) => {
    for (const [name, text] of texts) {
      const printed = formatDefinition(parseDefinition(text, { name }));
      assert.equal(formatDefinition(parseDefinition(printed, { name })), printed, name);
      const found = lintDefinition(text, { name }).map(({ rule, line }) => `${rule} ${line}`);
      assert.deepEqual(found, name === 'rockylinux' ? ['unused-prefix 33'] : [], name);
      const { head } = compareDefinitions(name, null, parseDefinition(text, { name }));
      assert.deepEqual(checkTags(name, head), [], name);
    }
    assert.equal(texts.size, 144);
    t.diagnostic(`${texts.size} definitions`);
  });

  const program = process.env['HALLMARK_BASHBREW'];
  test(
    'bashbrew prints them alike',
    { skip: program === undefined ? 'no bashbrew was given' : false },
    (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'hallmark-upstream-'));
      t.after(() => rmSync(folder, { recursive: true }));
      for (const [name, text] of texts) {
        const file = join(folder, name);
        writeFileSync(file, text);
        const { stdout, stderr } = spawnSync(program ?? '', ['cat', file], { encoding: 'utf8' });
        assert.equal(stdout, `${formatDefinition(parseDefinition(text, { name }))}\n`, `${name}: ${stderr}`);
      }
      t.diagnostic(`${texts.size} definitions`);
    },
  );

  test('docker-library/mongo #768 is found between the two definitions as they were', () => {
    const images = openUpstream('docker-library/official-images');
    const [base, head] = ['4d8447859428b7ec902a080cc75eac8d494ba032', images.commit].map((commit) =>
      parseDefinition(images.text('library/mongo', commit), { name: 'mongo' }),
    );
    assert.ok(base !== undefined && head !== undefined);
    const findings = checkTagChanges(compareDefinitions('mongo', base, head));
    assert.equal(findings.length, 14);
    assert.ok(findings.every(({ check }) => check === 'tags.lost'));
  });
});
