/** Images that Dockerfiles are built on: bashbrew's own tests. Row 5 of README.md. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { imagesOfDockerfile } from '../../src/library/dockerfiles/dockerfile-images.ts';
import { quotedStrings } from './go-source.ts';
import { openUpstream } from './repositories.ts';

const source = openUpstream('docker-library/bashbrew').text('pkg/dockerfile/parse_test.go');

interface Case {
  readonly name: string;
  readonly text: string;
  readonly froms: readonly string[];
  /** Of stages; null where all images are those of stages. */
  readonly stages: readonly string[] | null;
}

const cases = [...source.matchAll(/^\t\t\{\n([^]*?)^\t\t\},$/gm)].map(([, body = '']): Case => {
  const { 0: whole = '', 1: text = '' } = /dockerfile: `([^`]*)`/.exec(body) ?? [];
  const rest = body.replace(whole, '');
  const [, name = text] = /name: "(.*)"/.exec(rest) ?? [];
  const [, froms = ''] = /\sFroms: +\[\]string\{(.*)\}/.exec(rest) ?? [];
  const [, stages] = /\sStageFroms: +\[\]string\{(.*)\}/.exec(rest) ?? [];
  return {
    name,
    text,
    froms: quotedStrings(froms),
    stages: stages === undefined ? null : quotedStrings(stages),
  };
});

suite('5. images of Dockerfiles', () => {
  test('the cases are there', (t) => {
    assert.equal(cases.length, 10);
    t.diagnostic(`${cases.length} cases`);
  });
  for (const { name, text, froms, stages } of cases) {
    test(name, () => {
      if (froms.length === 0) {
        // bashbrew reads a file without any FROM; nobody can build it
        assert.throws(() => imagesOfDockerfile(text), { code: 'DOCKERFILE_INVALID' });
      } else {
        assert.deepEqual(imagesOfDockerfile(text), { froms, lastStageFrom: (stages ?? froms).at(-1) });
      }
    });
  }
});
