/** VEX, exceptions and overrides on the command line: from files, from the image, and the examples of docs/vex.md. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AssessmentDocument } from '../src/report/json.ts';
import { commandLine, SAMPLE } from './cli/command-line.ts';
import { buildAttachment, buildImage, buildIndex, buildLayer } from './images/image-builder.ts';
import { writeOciLayout } from './images/layouts.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';

const OPENVEX = 'https://openvex.dev/ns/v0.2.0';
const IN_TOTO = 'application/vnd.in-toto+json';

const MINIMIST = 'CVE-2021-44906';

const image = buildImage({
  layers: [
    buildLayer([
      {
        path: 'app/node_modules/minimist/package.json',
        content: JSON.stringify({ name: 'minimist', version: '1.2.0' }),
      },
    ]),
  ],
});

const openVex = (products: readonly unknown[], facts: object = {}) => ({
  '@context': OPENVEX,
  '@id': 'https://example.com/vex/minimist',
  author: 'Example',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: MINIMIST },
      products,
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      ...facts,
    },
  ],
});

/** A folder to work in, and scans of the image in it. */
function prepare(t: TestContext, attached: Parameters<typeof buildIndex>[1] = {}, ...others: object[]) {
  const directory = temporaryDirectory(t);
  const at = (name: string) => join(directory, name);
  writeOciLayout(at('image'), [
    { root: buildIndex([image], attached) },
    ...(others as { root: ReturnType<typeof buildAttachment> }[]),
  ]);
  const hallmark = commandLine(t);
  const run = (...args: readonly string[]) => hallmark(args, { workingDirectory: directory });
  const scan = async (...flags: readonly string[]) => {
    const args = ['scan', '--format', 'json', '--verdict', 'all', '--platform', 'linux/amd64', ...flags];
    const { status, stdout, stderr } = await run(...args, `oci-dir:${at('image')}`);
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout) as AssessmentDocument;
    return { report, verdict: report.findings.find(({ id }) => id === MINIMIST)?.verdict };
  };
  const write = (name: string, content: object | string) => {
    writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content));
    return at(name);
  };
  return { at, run, scan, write };
}

test('--vex applies files and folders, and what decided nothing is listed', async (t) => {
  const { at, run, scan, write } = prepare(t);
  assert.equal((await scan()).verdict, 'affected');
  mkdirSync(at('vex'));
  write('vex/minimist.json', openVex([{ '@id': 'pkg:npm/minimist' }]));
  write('vex/other.json', { some: 'thing' });
  const other = write('other.json', openVex([{ '@id': 'pkg:npm/yargs@17' }]));
  const { report, verdict } = await scan('--vex', at('vex'), '--vex', other);
  assert.equal(verdict, 'suppressed');
  assert.deepEqual(
    report.vex.documents.map(({ findings }) => findings),
    [1, 0],
  );
  assert.deepEqual(report.vex.unused, [
    {
      document: 'https://example.com/vex/minimist',
      vulnerability: MINIMIST,
      status: 'not_affected',
      product: 'pkg:npm/yargs@17',
      reason: 'product-not-here',
    },
  ]);
  const { stdout } = await run('scan', '--vex', other, `oci-dir:${at('image')}`);
  assert.match(stdout, /\nVEX\n {2}0 findings: OpenVEX 0\.2\.0 by Example \(file .*\n?.*1 statement/);
  assert.match(
    stdout,
    /! decided nothing: CVE-2021-44906 not affected in pkg:npm\/yargs@17: no such product here/,
  );
});

test('--vex-product says what documents call an image that has no name', async (t) => {
  const { scan, write } = prepare(t);
  const file = write('vex.json', openVex([{ '@id': 'pkg:docker/acme/app' }]));
  assert.equal((await scan('--vex', file)).verdict, 'affected');
  assert.equal((await scan('--vex', file, '--vex-product', 'pkg:docker/acme/app')).verdict, 'suppressed');
  const digest = write('digest.json', openVex([{ '@id': `pkg:oci/app@${image.digest}` }]));
  assert.equal((await scan('--vex', digest)).verdict, 'suppressed');
});

const statement = (subject: string, predicate: object) => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: OPENVEX,
  subject: [{ name: 'app', digest: { sha256: subject.slice('sha256:'.length) } }],
  predicate,
});

test('an attestation on the image is listed, and applied only when it is asked for', async (t) => {
  const content = statement(image.digest, openVex([{ '@id': 'pkg:npm/minimist' }]));
  const attached = [buildAttachment(image, { content, mediaType: IN_TOTO, predicateType: OPENVEX })];
  const { at, run, scan } = prepare(t, { attached });
  const before = await scan();
  assert.equal(before.verdict, 'affected');
  assert.deepEqual(
    before.report.vex.documents.map(({ origin, applied }) => [origin, applied]),
    [['attestation', false]],
  );
  const { stdout } = await run('scan', '--platform', 'linux/amd64', `oci-dir:${at('image')}`);
  assert.match(stdout, /! not applied: OpenVEX 0\.2\.0 by Example/);
  assert.equal((await scan('--vex-from', 'image')).verdict, 'suppressed');
});

test("another image's attestation is not believed", async (t) => {
  const content = statement(`sha256:${'0'.repeat(64)}`, openVex([{ '@id': 'pkg:npm/minimist' }]));
  const attached = [buildAttachment(image, { content, mediaType: IN_TOTO, predicateType: OPENVEX })];
  const { scan } = prepare(t, { attached });
  const { report, verdict } = await scan('--vex-from', 'image');
  assert.equal(verdict, 'affected');
  assert.deepEqual(report.vex.documents, []);
});

const CONFIGURATION = `schema: hallmark.configuration/1
vex:
  author: Example <security@example.com>
exceptions:
  - vulnerability: ${MINIMIST}
    packages: [pkg:npm/minimist@1.2.0]
    status: not-affected
    justification: vulnerable_code_not_in_execute_path
    reason: Only the build script parses arguments.
    owner: team-web
    expires: 2027-01-31
  - vulnerability: CVE-2020-7598
    images: [ghcr.io/acme/app]
    packages: [pkg:npm/minimist]
    status: accepted-risk
    reason: Behind a proxy.
    owner: team-web
    expires: never
  - vulnerability: CVE-2019-1
    paths: [app/**]
    status: false-positive
    reason: Not called.
    owner: team-web
    expires: never
`;

test('.hallmark.yaml of the working directory holds, unless --config names another or --no-config none', async (t) => {
  const { scan, write } = prepare(t);
  write('.hallmark.yaml', CONFIGURATION);
  const { report, verdict } = await scan();
  assert.equal(verdict, 'suppressed');
  assert.deepEqual(
    report.exceptions.map(({ state, place }) => [state, place]),
    [
      ['applied', '.hallmark.yaml:5'],
      ['elsewhere', '.hallmark.yaml:12'],
      ['unused', '.hallmark.yaml:19'],
    ],
  );
  assert.equal((await scan('--no-config')).verdict, 'affected');
  const other = write('other.yaml', 'schema: hallmark.configuration/1\n');
  assert.equal((await scan('--config', other)).verdict, 'affected');
});

test('an exception counts for gates, an expired one does not, and explain tells', async (t) => {
  const { at, run, write } = prepare(t);
  const reference = `oci-dir:${at('image')}`;
  const gate = async () => (await run('scan', '--fail-on', 'critical', reference)).status;
  const file = write('.hallmark.yaml', CONFIGURATION);
  assert.equal(await gate(), 0);
  const { stdout } = await run('explain', reference, MINIMIST);
  assert.match(stdout, /suppressed: not affected .* by team-web until 2027-01-31/);
  assert.match(stdout, /Only the build script parses arguments\. \(\.hallmark\.yaml:5\)/);
  writeFileSync(file, CONFIGURATION.replace('2027-01-31', '2026-11-20'));
  assert.equal(await gate(), 2);
  const shown = await run('scan', reference);
  assert.match(shown.stdout, /! expired on 2026-11-20, 1 finding open again: CVE-2021-44906/);
});

test('vex export writes what VEX can say, is checked by vex check, and decides as the exception does', async (t) => {
  const { at, run, scan, write } = prepare(t);
  write('.hallmark.yaml', CONFIGURATION);
  const exported = await run('vex', 'export');
  assert.equal(exported.status, 0);
  assert.match(exported.stderr, /^\.hallmark\.yaml:19: not exported, it is limited to paths: CVE-2019-1\n$/);
  assert.deepEqual((await run('vex', 'export')).stdout, exported.stdout, 'the same clock, the same bytes');
  const document = JSON.parse(exported.stdout) as { statements: readonly object[]; '@id': string };
  assert.match(document['@id'], /^https:\/\/openvex\.dev\/docs\/public\/vex-[0-9a-f]{64}$/);
  assert.deepEqual(document.statements, [
    {
      vulnerability: { name: MINIMIST },
      products: [{ '@id': 'pkg:npm/minimist@1.2.0' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      status_notes: 'Only the build script parses arguments.',
    },
    {
      vulnerability: { name: 'CVE-2020-7598' },
      products: [
        {
          '@id': 'pkg:oci/app?repository_url=ghcr.io%2Facme%2Fapp',
          subcomponents: [{ '@id': 'pkg:npm/minimist' }],
        },
      ],
      status: 'affected',
      action_statement: 'Risk accepted: Behind a proxy.',
    },
  ]);
  assert.equal((await run('vex', 'export', '--output', at('vex.json'))).status, 0);
  assert.equal((await scan('--no-config', '--vex', at('vex.json'))).verdict, 'suppressed');
  const checked = await run('vex', 'check', at('vex.json'));
  assert.equal(checked.status, 0);
  assert.match(
    checked.stdout,
    /CVE-2021-44906 +not affected +vulnerable code not in execute path +pkg:npm\/minimist/,
  );
});

test('bad input: broken documents, missing files, no author, what is no purl', async (t) => {
  const { at, run, write } = prepare(t);
  const reference = `oci-dir:${at('image')}`;
  const broken = write('broken.json', openVex([], {}));
  const checked = await run('vex', 'check', broken);
  assert.equal(checked.status, 3);
  assert.match(checked.stdout, /! statement 1: it names no product\n/);
  write('nothing.json', '{}');
  const author = write('author.yaml', 'schema: hallmark.configuration/1\n');
  const cases: readonly (readonly [args: readonly string[], stderr: RegExp])[] = [
    [['scan', '--vex', at('nothing.json'), reference], /VEX_FILE_UNREADABLE/],
    [['scan', '--vex', at('absent.json'), reference], /VEX_FILE_UNREADABLE/],
    [['scan', '--config', at('absent.yaml'), reference], /CONFIGURATION_NOT_FOUND/],
    [['scan', '--config', broken, reference], /CONFIGURATION_INVALID.*line 1/],
    [['scan', '--vex-product', 'app', reference], /USAGE: --vex-product app is no package URL/],
    [['vex', 'export', '--config', author], /USAGE: the configuration does not say who the author is/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = await run(...args);
    assert.equal(status, 3, stderr);
    assert.match(stderr, message);
  }
});

const PAGE = readFileSync(new URL('../docs/vex.md', import.meta.url), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text);

test('the examples of docs/vex.md are understood', async (t) => {
  const { run, write } = prepare(t);
  assert.ok(EXAMPLES.length >= 2);
  for (const example of EXAMPLES) {
    const file = write('example.yaml', example);
    const { status, stderr } = await run('scan', '--config', file, SAMPLE);
    assert.equal(status, 0, stderr);
  }
});
