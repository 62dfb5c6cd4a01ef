import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { sourcesOfDockerfile } from './dockerfile.ts';
import { blankedDockerfile } from './dockerfile-layout.ts';

/** What the stages begin with, and what is copied and mounted from, as it is written. */
const named = (text: string) => sourcesOfDockerfile(text).map(({ use }) => use.written);

/** BuildKit finds these images, whatever stands before the last line: `FROM z:1`. */
const CASES: readonly (readonly [what: string, lines: readonly string[], images: readonly string[]])[] = [
  ['a document', ['FROM a:1', 'RUN cat <<EOF', 'FROM no:1', ' EOF', 'EOF'], ['a:1']],
  ['tabs before its end', ['FROM a:1', 'RUN cat <<-EOF', 'FROM no:1', '\t\tEOF'], ['a:1']],
  ['a number before it', ['FROM a:1', 'RUN 3<<EOF cat', 'FROM no:1', 'EOF'], ['a:1']],
  ['a space before its name', ['FROM a:1', 'RUN cat << EOF', 'FROM no:1', 'EOF'], ['a:1']],
  ['a name of two words', ['FROM a:1', 'RUN cat <<"E F"', 'FROM no:1', 'E F'], ['a:1']],
  ['two documents', ['FROM a:1', 'COPY <<A <<B /x/', 'B', 'A', 'FROM no:1', 'B'], ['a:1']],
  [
    'a document of a continued line',
    ['FROM a:1', 'RUN cat \\', '# c', ' <<EOF', 'FROM no:1', 'EOF'],
    ['a:1'],
  ],
  ['a document of a later build', ['FROM a:1', 'ONBUILD RUN <<EOF', 'FROM no:1', 'EOF'], ['a:1']],
  ['a document in a list of words', ['FROM a:1', 'RUN ["cat", "x <<EOF"]', 'FROM b:1'], ['a:1', 'b:1']],
  ['a document that is quoted', ['FROM a:1', 'RUN echo "<<EOF"', 'FROM b:1'], ['a:1', 'b:1']],
  ['a document behind an open quotation', ['FROM a:1', "RUN it's <<EOF", 'FROM b:1'], ['a:1', 'b:1']],
  ['no document: a text', ['FROM a:1', 'RUN cat <<<EOF', 'FROM b:1'], ['a:1', 'b:1']],
  ['no document: another instruction', ['FROM a:1', 'CMD cat <<EOF', 'FROM b:1'], ['a:1', 'b:1']],
  ['an escape that is escaped', ['FROM a:1', 'RUN dir C:\\\\', 'FROM b:1'], ['a:1', 'b:1']],
  ['an escape that escapes a space', ['FROM a:1', 'RUN a \\ \\', 'FROM no:1'], ['a:1']],
  [
    'another escape behind a comment',
    ['# c', '# escape=`', 'FROM a:1', 'RUN a `', 'FROM b:1'],
    ['a:1', 'b:1'],
  ],
  [
    'a comment like a directive',
    ['# a b=c', '# escape=`', 'FROM a:1', 'RUN a `', 'FROM b:1'],
    ['a:1', 'b:1'],
  ],
  [
    'another escape',
    ['# escape=`', 'FROM a:1', 'RUN a `', 'FROM no:1', 'RUN a \\', 'FROM b:1'],
    ['a:1', 'b:1'],
  ],
  ['carriage returns within a line', ['FROM a:1', 'RUN a\rFROM no:1', 'FROM b:1\r\r'], ['a:1', 'b:1']],
  ['other white space', ['FROM a:1', '\u00a0FROM b:1', 'FROM\fc:1'], ['a:1', 'b:1', 'c:1']],
  ['an option in capitals', ['FROM a:1', 'RUN --mount=FROM=b:1,target=/x true'], ['a:1', 'b:1']],
];
for (const [what, lines, images] of CASES) {
  test(`a Dockerfile with ${what}`, () => {
    assert.deepEqual(named([...lines, 'FROM z:1', ''].join('\n')), [...images, 'z:1']);
  });
}

for (const [what, flag] of [
  ['quoted', 'RUN --mount=type=bind,"from=b:1",target=/x true'],
  ['on another line', 'RUN --mount=type=bind,\\\nfrom=b:1,target=/x true'],
  ['broken', 'RUN --mount=type=bind,fr\\\n# c\nom=b:1,target=/x true'],
  ['broken with a carriage return', 'COPY --fr\\\r\nom=b:1 x y'],
] as const) {
  test(`an option that is ${what}: that it may name an image is told, and not which one`, () => {
    const [, source] = sourcesOfDockerfile(`FROM a:1\n${flag}\n`);
    assert.deepEqual([source?.use.reference, source?.use.line], [null, 2]);
    assert.match(source?.use.obstacle ?? '', /quoted, or continued/);
  });
}

test('whatever stands in documents and comments, lines keep their places and images are found', () => {
  const hostile = fc.constantFrom(
    'FROM no:1',
    'COPY --from=no:1 x y',
    'RUN <<A',
    'A',
    '\\',
    'a \\',
    "'",
    '"',
    '# escape=`',
    '\r',
    '',
    '[',
  );
  const rows = fc.array(hostile, { maxLength: 6 });
  const part = fc.oneof(
    rows.map((inside) => ['RUN x <<"E O"', ...inside, 'E O']),
    rows.map((inside) => ['COPY --link \\', '<<-EOF /x', ...inside, '\tEOF']),
    rows.map((inside) => ['RUN x \\', ...inside.map((row) => `# ${row}`), '  y']),
    fc.constantFrom(["RUN '<<EOF'"], ['RUN ["<<EOF"]'], ['RUN a \\\\'], ['ENV A=<<EOF'], ['', '\t']),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const lines = parts.flatMap((inside, index) => [...inside, `FROM image:${index}`]);
      const blanked = blankedDockerfile(lines.join('\n')).split('\n');
      assert.deepEqual(
        blanked.map(({ length }) => length),
        lines.map(({ length }) => length),
      );
      assert.deepEqual(
        named(`${lines.join('\n')}\n`),
        parts.map((_, index) => `image:${index}`),
      );
    }),
    { numRuns: 500 },
  );
});

test('time follows length', () => {
  const spent = startCpuTime();
  for (const piece of [
    '<<A ',
    '"',
    "'",
    '\\',
    '\\\n',
    '${',
    '${a',
    '"${a-',
    '[',
    ' ',
    '\r',
    '# a=b\n',
    '<',
    '--a=',
  ]) {
    const run = `RUN ${piece.repeat(200_000 / piece.length)}`;
    blankedDockerfile(`${run}<<A\n`);
    blankedDockerfile(`${piece.repeat(200_000 / piece.length)}\n`);
  }
  blankedDockerfile('RUN <<A\nA\n'.repeat(20_000));
  assert.ok(spent() < LITTLE);
});
