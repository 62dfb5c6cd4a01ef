/** Help, wrong usage, and how output adapts to where it goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import { commandLine, SAMPLE, TODAY } from '../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { BILL_FORMATS } from '../sbom/bill-formats.ts';
import { CliError, formatError } from './errors.ts';
import { createProgram } from './program.ts';
import { createStatusLine, showProgress } from './progress.ts';
import { styleFor } from './terminal.ts';

/** `scan`, `db build`: every command, and every group of them. */
function commandsOf(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()];
    return [own, ...commandsOf(child, own)];
  });
}

function everyCommand(): readonly (readonly string[])[] {
  const silent = { write: () => {} };
  const { signal } = new AbortController();
  const terminal = {
    environment: {},
    workingDirectory: '/',
    stdout: silent,
    stderr: silent,
    signal,
    now: () => TODAY,
  };
  return [[], ...commandsOf(createProgram('0', terminal, () => {}))];
}

/** The examples of a help text, each in one line: a backslash at its end continues it. */
function examplesIn(help: string): readonly string[] {
  const lines = /\nExamples:\n((?: {2}.+\n)+)/.exec(help)?.[1] ?? '';
  return lines
    .replaceAll(/ \\\n +/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

test('every command has help with examples, and examples are of that command', async (t) => {
  const hallmark = commandLine(t);
  const commands = everyCommand();
  assert.ok(commands.length > 15);
  for (const command of commands) {
    const { status, stdout, stderr } = await hallmark([...command, '--help']);
    assert.equal(status, 0);
    assert.equal(stderr, '');
    const name = ['hallmark', ...command].join(' ');
    assert.ok(stdout.startsWith(`Usage: ${name} `), name);
    const examples = examplesIn(stdout);
    assert.ok(
      examples.some((example) => example.includes(name)),
      `${name} has no example`,
    );
    const isAnyImage = stdout.replaceAll(/\s+/g, ' ').includes('one of the prefixes below');
    assert.ok(isAnyImage || command[0] !== 'inspect');
    if (isAnyImage) assert.match(stdout, /\nReferences:\n[^]*docker-archive:FILE/);
  }
});

test('help names every format of a bill of materials, and every version that one may ask for', async (t) => {
  const { stdout } = await commandLine(t)(['sbom', '--help']);
  const [, help = ''] = stdout.split('\nFormats, ');
  const named = [...help.matchAll(/^  ([a-z-]+) +(.*)$/gm)];
  assert.deepEqual(
    named.map(([, name]) => name),
    BILL_FORMATS.map(({ name }) => name),
  );
  for (const { name, versions, standard } of BILL_FORMATS.filter(({ versions }) => versions.size > 1)) {
    const [, , words = ''] = named.find(([, found]) => found === name) ?? [];
    if (words.startsWith('the same')) continue;
    const found = words.match(/\d\.\d(?: \(default\))?/g);
    const expected = [...versions.keys()].map(
      (version) => version + (version === standard ? ' (default)' : ''),
    );
    assert.deepEqual(found, expected, name);
  }
});

/** The examples themselves are parsed: their options exist and their values are good. */
test('examples are understood', async (t) => {
  const hallmark = commandLine(t);
  for (const command of everyCommand()) {
    const { stdout } = await hallmark([...command, '--help']);
    for (const example of examplesIn(stdout)) {
      const [, words = ''] = /(?:^|\()hallmark ([^>)]+)/.exec(example) ?? [];
      const args = words.trim().split(' ');
      assert.ok(args.length > 0 && words !== '', example);
      // with an option that does not exist, what is complained about first is what was wrong before it
      const { stderr } = await hallmark([...args, '--no-such-option']);
      assert.match(stderr, /^error: unknown option '--no-such-option'/, example);
    }
  }
});

test('the version is that of the package', async (t) => {
  const { status, stdout } = await commandLine(t)(['--version']);
  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('wrong usage ends with 3, says what is wrong, and where help is', async (t) => {
  const hallmark = commandLine(t);
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /^Usage: hallmark /],
    [['db'], /^Usage: hallmark db /],
    [['cache'], /^Usage: hallmark cache /],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['db', 'frobnicate'], /unknown command 'frobnicate'/],
    [['scan'], /missing required argument 'reference'/],
    [['scan', SAMPLE, 'one-more'], /too many arguments/],
    [['explain', SAMPLE], /missing required argument 'id'/],
    [['explain', SAMPLE, 'nonsense'], /FINDING_UNKNOWN: "nonsense" is not a vulnerability identifier/],
    [['explain', SAMPLE, `CVE-${'1'.repeat(200)}`], /FINDING_UNKNOWN/],
    [['scan', '--frobnicate', SAMPLE], /unknown option '--frobnicate'/],
    [['scan', '--severity', 'huge', SAMPLE], /'huge' is invalid\. Use one of none, .*critical/],
    [['scan', '--severity', 'constructor', SAMPLE], /'constructor' is invalid/],
    [['scan', '--fail-on', '', SAMPLE], /is invalid/],
    [['scan', '--severity-source', 'nvd,nobody', SAMPLE], /Use vendor or any of .*, nvd,/],
    [['scan', '--verdict', 'affected,odd', SAMPLE], /Use "all" or any of affected,/],
    [['scan', '--fixed', '--unfixed', SAMPLE], /cannot be used with option/],
    [['scan', '--platform', 'linux', SAMPLE], /linux\/amd64/],
    [['scan', '--platform', 'linux/amd64', '--all-platforms', SAMPLE], /cannot be used with option/],
    [['scan', '--mirror', 'docker.io', SAMPLE], /docker\.io=https:\/\/mirror\.example/],
    [['scan', '--format', 'xml', SAMPLE], /USAGE: unknown format "xml"\n.*terminal, json/],
    [['scan', '--format', 'json=', SAMPLE], /USAGE: --format json= names no file/],
    [['scan', '--format', 'json', '--format', 'terminal', SAMPLE], /USAGE: more than one format/],
    [['sbom', '--all-platforms', SAMPLE], /USAGE: an SBOM describes one image/],
    [['packages', '--type', 'cobol', SAMPLE], /Allowed choices are alpm, apk, bitnami, .*, npm, /],
    [['db', 'build', '--from', '/'], /required option '--output <file>'/],
    [['db', 'status', '--format', 'xml'], /unknown format "xml"/],
    [['completion', 'tcsh'], /USAGE: no completion for "tcsh"\n.*bash, zsh or fish/],
  ];
  for (const [args, message] of cases) {
    const { status, stdout, stderr } = await hallmark(args);
    assert.equal(status, 3, `${args.join(' ')}: ${stderr}`);
    assert.equal(stdout, '', args.join(' '));
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /^ +at /m);
  }
});

test('what was wrongly given is repeated without acting on the terminal', async (t) => {
  const hallmark = commandLine(t);
  for (const args of [
    ['scan', '--\u001b[2J', SAMPLE],
    ['\u001b[31mscan'],
    ['scan', '--severity', '\u009b', SAMPLE],
  ]) {
    const { status, stderr } = await hallmark(args);
    assert.equal(status, 3);
    assert.doesNotMatch(stderr.replaceAll('\n', ''), /\p{Cc}/u);
  }
});

test('colour is for terminals, unless the user says otherwise', () => {
  const cases: readonly (readonly [
    isTTY: boolean,
    environment: Readonly<Record<string, string>>,
    colour: boolean,
  ])[] = [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ];
  for (const [isTTY, environment, colour] of cases) {
    const style = styleFor({ isTTY, write: () => {} }, environment);
    assert.equal(style.paint('red', 'x') !== 'x', colour, JSON.stringify({ isTTY, environment }));
  }
});

const widthOf = (columns?: number) =>
  styleFor({ ...(columns === undefined ? {} : { columns }), write: () => {} }, {}).width;

test('reports are as wide as the terminal, and not narrower than can be read', () => {
  assert.deepEqual([widthOf(100), widthOf(10), widthOf(0), widthOf()], [100, 60, 60, 120]);
});

test('on a terminal a report has colours, and is the same without them', async (t) => {
  const hallmark = commandLine(t);
  for (const args of [
    ['inspect', SAMPLE],
    ['scan', SAMPLE],
    ['history', SAMPLE],
    ['explain', SAMPLE, 'CVE-2021-44906'],
  ]) {
    const coloured = await hallmark([...args, '--quiet'], { columns: 120 });
    const plain = await hallmark(args);
    assert.notEqual(coloured.stdout, plain.stdout);
    assert.equal(stripVTControlCharacters(coloured.stdout), plain.stdout);
    const json = await hallmark([...args, '--format', 'json'], { columns: 120 });
    assert.ok(!json.stdout.includes('\u001b'));
  }
});

test('progress is drawn on a terminal only, and wiped before the report', async (t) => {
  const hallmark = commandLine(t);
  const shown = await hallmark(['packages', SAMPLE], { columns: 80 });
  assert.match(stripVTControlCharacters(shown.stderr), /Matching 99 packages|Resolving|Reading layers/);
  assert.ok(shown.stderr.endsWith('\r\u001b[K'));
  assert.equal((await hallmark(['packages', SAMPLE, '--quiet'], { columns: 80 })).stderr, '');
  assert.equal((await hallmark(['packages', SAMPLE])).stderr, '');
});

test('the status line is cut to the terminal, escaped, and not drawn too often', () => {
  let now = TODAY;
  const drawn: string[] = [];
  const stderr = { isTTY: true, columns: 20, write: (text: string) => void drawn.push(text) };
  const line = createStatusLine(stderr, { quiet: false, now: () => now });
  const show = showProgress(line);
  show({ kind: 'resolving', reference: 'evil\u001b[31m/a-very-long-reference' });
  show({ kind: 'retrying', address: 'https://r', attempt: 2, reason: 'busy' });
  show({ kind: 'matching', packages: 3 });
  assert.deepEqual(drawn.map(stripVTControlCharacters), [
    '\rResolving evil\\u{1…',
    '\rhttps://r: busy; t…',
    '\rMatching 3 packages',
  ]);
  line.draw('too soon');
  assert.equal(drawn.length, 3);
  now += 100;
  line.draw('later');
  assert.equal(drawn.length, 4);
  line.clear();
  assert.equal(drawn.at(-1), '\r\u001b[K');
});

test('progress adds up the blobs', () => {
  const drawn: string[] = [];
  const show = showProgress({ draw: (text) => void drawn.push(text), clear: () => {} });
  const blob = (digest: string, doneBytes: number, totalBytes: number) =>
    show({ kind: 'blob', digest: digest as never, doneBytes, totalBytes });
  blob('sha256:a', 100, 1000);
  blob('sha256:b', 500, 2000);
  blob('sha256:a', 1000, 1000);
  assert.deepEqual(drawn, [
    'Reading layers: 100 B of 1.00 kB',
    'Reading layers: 600 B of 3.00 kB',
    'Reading layers: 1.50 kB of 3.00 kB',
  ]);
});

test('errors are short, in one line each part, and escaped', () => {
  const cause = new Error('first line\n  second\u001b[2J line');
  const { text, exit } = formatError(new CliError('OUTPUT_FAILED', 'cannot write x\ny\u001b[31m', { cause }));
  assert.equal(exit, 1);
  assert.equal(
    text,
    'hallmark: OUTPUT_FAILED: cannot write x; y\\u{1b}[31m\n' +
      '  cause: first line; second\\u{1b}[2J line\n' +
      '  Check that the folder exists and can be written to.\n',
  );
  const internal = formatError(new TypeError('x is not a function'));
  assert.match(internal.text, /^hallmark: INTERNAL: TypeError: x is not a function\n.*HALLMARK_DEBUG=1/);
  assert.equal(internal.exit, 1);
  assert.match(formatError('text').text, /^hallmark: INTERNAL: text\n/);
  assert.ok(formatError(new CliError('USAGE', 'a'.repeat(100_000))).text.length < 3000);
});

test('HALLMARK_DEBUG adds where an error happened', async (t) => {
  const hallmark = commandLine(t);
  const missing = `oci-dir:${temporaryDirectory(t)}/none`;
  const debug = await hallmark(['scan', missing], { environment: { HALLMARK_DEBUG: '1' } });
  assert.match(debug.stderr, /^ +at /m);
  assert.doesNotMatch((await hallmark(['scan', missing])).stderr, /^ +at /m);
});
