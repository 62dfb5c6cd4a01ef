/**
 * Definitions read by Hallmark and by bashbrew: what both print, or why both refuse.
 *
 *   node bench/definitions.ts BASHBREW [MUTATIONS] [REPOSITORY]
 *
 * BASHBREW is the program; MUTATIONS (1,000) of 25 official definitions are made from a fixed seed; REPOSITORY is a clone of
 * docker-library/official-images, of which every version of every definition in its history is compared too. Exit status 2 when they differ.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefinitionError } from '../src/definitions/errors.ts';
import { formatDefinition } from '../src/definitions/format.ts';
import { parseDefinition } from '../src/definitions/parse.ts';
import { officialDefinitions } from '../test/library/official-definitions.ts';

const [bashbrew, mutations = '1000', repository] = process.argv.slice(2);
if (bashbrew === undefined)
  throw new Error('usage: node bench/definitions.ts BASHBREW [MUTATIONS] [REPOSITORY]');

const folder = mkdtempSync(join(tmpdir(), 'hallmark-definitions-'));
const counts = { printed: 0, refused: 0, different: 0 };

/** What a reader answers to a text: its canonical form, or the beginning of a message. */
interface Answer {
  readonly kind: 'printed' | 'refused';
  readonly text: string;
}

function byHallmark(text: string): Answer {
  try {
    const printed = formatDefinition(parseDefinition(text, { name: 'definition' }));
    return { kind: 'printed', text: printed.endsWith('\n') ? printed : `${printed}\n` };
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return { kind: 'refused', text: error.message };
  }
}

function byBashbrew(text: string, program: string): Answer {
  const file = join(folder, 'definition');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(program, ['cat', file], { encoding: 'utf8' });
  if (status === 0) return { kind: 'printed', text: stdout };
  const [, message = stderr] = /^failed fetching repo ".*"\n([^]*)\n$/.exec(stderr) ?? [];
  // upstream quotes a line with its line feed
  return { kind: 'refused', text: message.replace(/\n' has no ':'$/, "' has no ':'") };
}

function compare(name: string, text: string, program: string): void {
  const ours = byHallmark(text);
  const theirs = byBashbrew(text, program);
  const isEqual =
    ours.kind === theirs.kind &&
    (ours.kind === 'printed' ? ours.text === theirs.text : ours.text.startsWith(theirs.text));
  counts[isEqual ? ours.kind : 'different'] += 1;
  if (!isEqual) console.log(`${name}:\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`);
}

/** Mulberry32: the same numbers everywhere. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const ODD_LINES = [
  '',
  ' ',
  '\t',
  '\r',
  '.',
  ' .',
  ' x,',
  ':',
  '# c',
  '  # c',
  'oops',
  '\u00a0# c',
  '\v',
  'Tags:',
  'Tags: latest',
  'SharedTags:',
  'SharedTags: a, latest, a',
  'Constraints:',
  'Architectures: s390x, amd64, s390x',
  'Architectures: no',
  'GitCommit: x',
  'GitFetch: refs/heads/a:b',
  'GitRepo:',
  'Directory: ../x/./y/',
  'File:',
  'Builder: x',
  'arm64v8-Directory: x/',
  'amd64-File:',
  '-File: x',
  'Values: x',
  'Maintainers: A  <x>\t(@c/d)',
  'Maintainers: no',
  '-----BEGIN PGP SIGNED MESSAGE-----',
  `GitCommit: ${'0'.repeat(40)}`,
];
const ODD_ENDS = ['', ' ', '\r', ',', ' # c', '\u00a0', '"', 'é'];

/** A few paragraphs of a definition, so that conflicts are near, with some lines added, dropped, moved or changed. */
function mutate(text: string, random: (below: number) => number): string {
  const [global = '', ...entries] = text.split('\n\n');
  const some = Array.from({ length: random(4) }, () => entries[random(entries.length)] ?? '');
  const lines = [global, ...some].join('\n\n').split('\n');
  for (let left = random(5); left > 0; left -= 1) {
    const at = random(lines.length + 1);
    const kind = random(5);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(at, 0, lines[random(lines.length)] ?? '');
    else if (kind === 2)
      lines.splice(
        at,
        1,
        `${random(2) === 0 ? ' ' : ''}${lines[at] ?? ''}${ODD_ENDS[random(ODD_ENDS.length)]}`,
      );
    else lines.splice(at, 0, ODD_LINES[random(ODD_LINES.length)] ?? '');
  }
  return lines.join('\n');
}

/** Every version of every definition that the history of a clone has. */
function* historicalTexts(clone: string): Generator<readonly [name: string, text: string]> {
  const git = (args: readonly string[]) =>
    spawnSync('git', ['-C', clone, ...args], { maxBuffer: 1 << 30 }).stdout;
  const objects = git(['rev-list', '--objects', 'HEAD', '--', 'library']).toString().split('\n');
  for (const line of objects) {
    const [id = '', path = ''] = line.split(' ');
    if (!/^library\/[^/]+$/.test(path)) continue;
    const text = git(['cat-file', 'blob', id]).toString();
    yield [`${path}@${id}`, text];
  }
}

try {
  const { written } = officialDefinitions();
  for (const [name, text] of written) compare(name, text, bashbrew);
  const texts = [...written.values()];
  const random = randomNumbers(1);
  for (let left = Number(mutations); left > 0; left -= 1) {
    compare(`mutation ${left}`, mutate(texts[random(texts.length)] ?? '', random), bashbrew);
  }
  if (repository !== undefined) {
    for (const [name, text] of historicalTexts(repository)) compare(name, text, bashbrew);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(
  `${counts.printed} printed alike, ${counts.refused} refused alike, ${counts.different} different`,
);
process.exitCode = counts.different === 0 ? 0 : 2;
