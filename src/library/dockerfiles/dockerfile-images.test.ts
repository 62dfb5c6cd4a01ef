import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LibraryError } from '../errors.ts';
import { imagesOfDockerfile } from './dockerfile-images.ts';

/** What bashbrew answers too (`pkg/dockerfile/parse.go` of v0.1.14), and then where it is wrong or silent. */
const CASES: readonly (readonly [
  what: string,
  lines: readonly string[],
  froms: readonly string[],
  last: string,
])[] = [
  ['nothing', ['FROM scratch'], ['scratch'], 'scratch'],
  ['no tag', ['from debian'], ['debian:latest'], 'debian:latest'],
  ['letters of both cases', ['froM a:5'], ['a:5'], 'a:5'],
  [
    'comments, also within a continued line',
    ['  FROM scratch', '  # FROM no', '\tFROM a', '\tRUN make \\', '\t# FROM no', '\t\tinstall'],
    ['scratch', 'a:latest'],
    'a:latest',
  ],
  [
    'a comment that is not continued, and continued lines that are empty',
    ['# FROM no \\', 'FROM a:1', 'FROM\\', '', '\t\\     ', '# FROM no', '  ', '\\', 'b:1\\'],
    ['a:1', 'b:1'],
    'b:1',
  ],
  [
    'stages by name',
    [
      'FROM a AS first',
      'FROM b:1',
      'FROM first AS second',
      'FROM scratch',
      'COPY --from=second / /',
      'COPY --chown=5:5 x y',
    ],
    ['a:latest', 'b:1', 'a:latest', 'scratch', 'a:latest'],
    'scratch',
  ],
  [
    'stages by number',
    ['FROM a', 'FROM scratch', 'COPY --from=0 / /', 'FROM b:1', 'COPY --link --from=1 / /'],
    ['a:latest', 'scratch', 'a:latest', 'b:1', 'scratch'],
    'b:1',
  ],
  [
    'mounts',
    [
      'FROM a:1 AS s',
      'RUN --mount=type=tmpfs,dst=/x true',
      'FROM b:1',
      'RUN --mount=type=bind,from=s,target=/t --mount=type=bind,from=c:1 true',
    ],
    ['a:1', 'b:1', 'a:1', 'c:1'],
    'b:1',
  ],
  [
    'a digest',
    [`FROM a@sha256:${'0'.repeat(64)}`],
    [`a@sha256:${'0'.repeat(64)}`],
    `a@sha256:${'0'.repeat(64)}`,
  ],

  [
    'a platform',
    ['FROM --platform=$BUILDPLATFORM golang:1 AS b', 'FROM scratch'],
    ['golang:1', 'scratch'],
    'scratch',
  ],
  [
    'arguments with defaults',
    [
      'ARG SUITE=trixie',
      'ARG BASE="debian:${SUITE}-slim"',
      'FROM ${BASE}',
      'ARG LATE=x',
      'FROM alpine:${V:-3}',
    ],
    ['debian:trixie-slim', 'alpine:3'],
    'alpine:3',
  ],
  ['a port and no tag', ['FROM localhost:5000/a'], ['localhost:5000/a:latest'], 'localhost:5000/a:latest'],
  ['names of stages in other letters', ['FROM a:1 AS Build', 'FROM build'], ['a:1', 'a:1'], 'a:1'],
  [
    'a stage that hides an image of its name',
    ['FROM golang:1 AS golang', 'FROM golang'],
    ['golang:1', 'golang:1'],
    'golang:1',
  ],
  [
    'mounts of other types',
    ['FROM a:1', 'RUN --mount=from=b:1,target=/x --mount=type=cache,from=c:1,target=/y true'],
    ['a:1', 'b:1', 'c:1'],
    'a:1',
  ],
  [
    'a frontend, which builds and is not built on',
    ['# syntax=docker/dockerfile:1', 'FROM a:1'],
    ['a:1'],
    'a:1',
  ],
  [
    'another escape character',
    ['# escape=`', 'FROM a:1', 'RUN dir C:\\', 'COPY --from=b:1 x `', '  y'],
    ['a:1', 'b:1'],
    'a:1',
  ],
  [
    'documents within it',
    [
      'FROM a:1',
      'RUN <<EOF',
      'FROM no:1',
      'COPY --from=no:2 x y',
      'EOF',
      'COPY <<A <<B /x/',
      'FROM no:3',
      'A',
      'FROM no:4',
      'B',
    ],
    ['a:1'],
    'a:1',
  ],
  ['what is done in a later build', ['FROM a:1', 'ONBUILD COPY --from=no:1 x y'], ['a:1'], 'a:1'],
  ['other ends of lines', ['FROM a:1\r', 'COPY --from=b:1 x y\r'], ['a:1', 'b:1'], 'a:1'],
  ['quotation marks', ['FROM "a:1"'], ['a:1'], 'a:1'],
];

for (const [what, lines, froms, lastStageFrom] of CASES) {
  test(`images of a Dockerfile with ${what}`, () => {
    assert.deepEqual(imagesOfDockerfile(lines.join('\n')), { froms, lastStageFrom });
  });
}

for (const [what, lines, message] of [
  ['nothing in it', [], /^it has no FROM$/],
  ['a bare FROM', ['FROM a', '', 'FROM'], /^line 3: FROM names no image$/],
  ['a variable without a value', ['', 'FROM debian:$V'], /^line 2: .*argument V/],
  ['an argument of a stage', ['FROM a', 'ARG V=1', 'FROM b:$V'], /^line 3: .*argument V/],
  ['a variable to copy from', ['ARG V=a', 'FROM a', 'COPY --from=$V x y'], /^line 3: .*argument/],
  ['a stage that does not come', ['FROM a', 'COPY --from=1 x y'], /^line 2: there is no stage 1/],
  ['no image', ['FROM https://example.org/?a'], /^line 1: .*is no image/],
  ['a name over two lines', ['FROM a\\', 'b'], /^line 1: .*is no image/],
  ['a mount over two lines', ['FROM a', 'RUN --mount=type=bind,\\', 'from=b:1 true'], /^line 2: /],
] as const) {
  test(`a Dockerfile with ${what} is refused`, () => {
    assert.throws(() => imagesOfDockerfile(lines.join('\n')), { code: 'DOCKERFILE_INVALID', message });
  });
}

test('whatever the text, there is an answer or an error of ours', () => {
  const word = fc.constantFrom(
    'FROM',
    ' ',
    'a:1',
    '\\',
    '\n',
    '\r\n',
    'COPY',
    '--from=',
    '0',
    '$A',
    '${',
    '<<E',
    'E',
    '# escape=`',
    '"',
    ' AS ',
    'ARG',
    '=',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      try {
        const { froms, lastStageFrom } = imagesOfDockerfile(words.join(''));
        assert.ok(froms.includes(lastStageFrom));
      } catch (error) {
        assert.ok(error instanceof LibraryError, String(error));
      }
    }),
  );
});
