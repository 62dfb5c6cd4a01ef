/** Every command in every format, on the sample image. */
import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine, SAMPLE } from '../../test/cli/command-line.ts';
import { buildImage, buildIndex, buildLayer } from '../../test/images/image-builder.ts';
import { writeOciLayout } from '../../test/images/layouts.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import type { AssessmentDocument } from '../report/json.ts';

const parse = (text: string) => JSON.parse(text) as AssessmentDocument;

test('each command in each format gives its report on standard output and nothing else', async (t) => {
  const hallmark = commandLine(t);
  const cases: readonly (readonly [args: readonly string[], begins: RegExp])[] = [
    [['inspect', SAMPLE], /^oci-dir:.*sample-image\n.*\n\nWho made this\?\n/],
    [['inspect', SAMPLE, '--format', 'json'], /^\{\n {2}"schema": "hallmark.assessment\/1"/],
    [['scan', SAMPLE], /^oci-dir:.*\nDebian .*\n\nRISK +VULNERABILITY/],
    [['scan', SAMPLE, '--format', 'json'], /^\{\n {2}"schema": "hallmark.assessment\/1"/],
    [['packages', SAMPLE], /^TYPE +NAME +VERSION/],
    [['packages', SAMPLE, '--format', 'json'], /^\{\n {2}"schema": "hallmark.assessment\/1"/],
    [['packages', SAMPLE, '--format', 'purl'], /^pkg:deb\/debian\/adduser@/],
    [['history', SAMPLE], /^ {2}0 {2}ADD rootfs/],
    [['history', SAMPLE, '--format', 'json'], /^\{\n {2}"schema": "hallmark.assessment\/1"/],
    [['sbom', SAMPLE], /^\{[^]*"bomFormat": "CycloneDX"/],
    [['sbom', SAMPLE, '--format', 'cyclonedx'], /^\{[^]*"specVersion": "1.6"/],
    [['sbom', SAMPLE, '--format', 'spdx'], /^\{[^]*"spdxVersion": "SPDX-2.3"/],
    [
      ['explain', SAMPLE, 'CVE-2021-44906'],
      /^CVE-2021-44906 \(GHSA-xvch-5gv4-984h\) in pkg:npm\/minimist@1.2.0\n/,
    ],
    [['explain', SAMPLE, 'CVE-2021-44906', '--format', 'json'], /^\[\n {2}\{\n {4}"reference": "oci-dir:/],
    [['db', 'status'], /the starter database that comes with Hallmark\nnewest fact /],
    [['db', 'status', '--format', 'json'], /^\{\n {2}"origin": "starter"/],
    [['db', 'path'], /^\/.*\.db\n$/],
    [['cache', 'status'], /^\/.*\n\d+ results?, .*B\n$/],
    [['completion', 'bash'], /^# bash completion for hallmark\n/],
    [['completion', 'zsh'], /^#compdef hallmark\n/],
    [['completion', 'fish'], /^# fish completion for hallmark\n/],
  ];
  for (const [args, begins] of cases) {
    const { status, stdout, stderr } = await hallmark(args);
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
    assert.match(stdout, begins);
    assert.ok(stdout.endsWith('\n'));
    assert.equal(stderr, '', args.join(' '));
    if (args.includes('json')) JSON.parse(stdout);
  }
});

test('the same command gives the same bytes, from the cache and without it', async (t) => {
  const hallmark = commandLine(t);
  for (const args of [
    ['inspect', SAMPLE],
    ['scan', SAMPLE, '--format', 'json', '--files'],
    ['scan', SAMPLE, '--verdict', 'all'],
    ['packages', SAMPLE],
    ['history', SAMPLE, '--full'],
    ['explain', SAMPLE, 'CVE-2023-45853'],
  ]) {
    const [first, second, uncached] = [
      await hallmark(args),
      await hallmark(args),
      await hallmark([...args, '--no-cache']),
    ];
    assert.deepEqual(second, first);
    assert.deepEqual(uncached, first);
  }
});

test('--no-cache writes no results, --cache-dir writes them elsewhere, cache clear removes them', async (t) => {
  const hallmark = commandLine(t);
  const folder = join(temporaryDirectory(t), 'mine');
  const usage = async () =>
    (await hallmark(['cache', 'status', '--cache-dir', folder])).stdout.split('\n')[1];

  await hallmark(['packages', SAMPLE, '--no-cache', '--cache-dir', folder]);
  assert.ok(!existsSync(join(folder, 'layers')));
  await hallmark(['packages', SAMPLE, '--cache-dir', folder]);
  assert.match(String(await usage()), /^5 results, /);
  const cleared = await hallmark(['cache', 'clear', '--cache-dir', folder]);
  assert.match(cleared.stderr, /^Removed 5 results, /);
  assert.equal(cleared.stdout, '');
  assert.equal(await usage(), '0 results, 0 B');
});

test('an SBOM is reproducible with SOURCE_DATE_EPOCH, and says its date without', async (t) => {
  const hallmark = commandLine(t);
  for (const format of ['cyclonedx', 'spdx']) {
    const make = async (epoch: string) =>
      (await hallmark(['sbom', SAMPLE, '--format', format], { environment: { SOURCE_DATE_EPOCH: epoch } }))
        .stdout;
    assert.equal(await make('1700000000'), await make('1700000000'));
    assert.ok((await make('1700000000')).includes('"2023-11-14T22:13:20Z"'));
    assert.ok((await make('')).includes('"2026-11-21T00:00:00Z"'));
    assert.ok((await make('never')).includes('"2026-11-21T00:00:00Z"'));
  }
});

test('scan filters by severity, fix and verdict', async (t) => {
  const hallmark = commandLine(t);
  const scan = async (...flags: string[]) =>
    parse((await hallmark(['scan', SAMPLE, '--format', 'json', ...flags])).stdout).findings;
  const whole = await scan('--verdict', 'all');
  const same = (found: typeof whole, keep: (finding: (typeof whole)[number]) => boolean) => {
    assert.deepEqual(found, whole.filter(keep));
    assert.ok(found.length > 0 && found.length < whole.length);
  };
  const CLOSED = ['fixed', 'not_affected', 'suppressed'];
  same(await scan(), ({ verdict }) => !CLOSED.includes(verdict));
  same(
    await scan('--severity', 'critical'),
    ({ verdict, severity }) => !CLOSED.includes(verdict) && severity === 'critical',
  );
  same(await scan('--fixed'), ({ verdict, fixedIn }) => !CLOSED.includes(verdict) && fixedIn !== null);
  same(await scan('--unfixed'), ({ verdict, fixedIn }) => !CLOSED.includes(verdict) && fixedIn === null);
  same(await scan('--verdict', 'fixed, suppressed'), ({ verdict }) =>
    ['fixed', 'suppressed'].includes(verdict),
  );
});

test('scan says how many findings its filters hid', async (t) => {
  const { stdout } = await commandLine(t)(['scan', SAMPLE, '--severity', 'critical']);
  assert.match(stdout, /^Not listed: \d+ affected, .*\d+ fixed \(--verdict all\)$/m);
});

test('--severity-source chooses whose severity counts, in scan and in explain', async (t) => {
  const hallmark = commandLine(t);
  const database = join(temporaryDirectory(t), 'advisories.db');
  const feeds = temporaryDirectory(t);
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const minimist = {
    id: 'GHSA-xvch-5gv4-984h',
    modified: '2024-06-24T21:23:31Z',
    aliases: ['CVE-2021-44906'],
    affected: [
      {
        package: { ecosystem: 'npm', name: 'minimist' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.2.6' }] }],
      },
    ],
    database_specific: { severity: 'CRITICAL' },
  };
  const nvd = {
    id: 'CVE-2021-44906',
    vulnStatus: 'Analyzed',
    metrics: { cvssMetricV31: [{ type: 'Primary', cvssData: { vectorString: vector } }] },
    weaknesses: [{ description: [{ value: 'CWE-1321' }] }],
  };
  writeFileSync(join(feeds, 'ghsa.json'), JSON.stringify(minimist));
  writeFileSync(join(feeds, 'nvd.json'), JSON.stringify(nvd));
  await hallmark(['db', 'build', '--from', feeds, '--output', database]);
  const severityOf = async (...flags: readonly string[]) => {
    const { stdout } = await hallmark(['scan', SAMPLE, '--db', database, '--format', 'json', ...flags]);
    const found = parse(stdout).findings.find(({ id }) => id === 'CVE-2021-44906');
    return [found?.severity, found?.severityChoice.source, found?.severities.map(({ source }) => source)];
  };
  assert.deepEqual(await severityOf(), ['critical', 'ghsa', ['ghsa', 'nvd']]);
  assert.deepEqual(await severityOf('--severity-source', 'nvd, vendor'), [
    'critical',
    'nvd',
    ['ghsa', 'nvd'],
  ]);
  const explained = await hallmark([
    'explain',
    SAMPLE,
    'CVE-2021-44906',
    '--db',
    database,
    '--severity-source',
    'nvd',
  ]);
  assert.match(
    explained.stdout,
    /severity +critical 9\.8 · nvd is preferred: nvd rates CVE-2021-44906 as such/,
  );
  assert.match(explained.stdout, / ghsa critical · nvd critical 9\.8\n/);
  assert.match(explained.stdout, /weaknesses +CWE-1321\n/);
});

test('--fail-on is a gate on what is listed', async (t) => {
  const hallmark = commandLine(t);
  const cases: readonly (readonly [status: number, flags: readonly string[]])[] = [
    [2, ['--fail-on', 'critical']],
    [2, ['--fail-on', 'negligible']],
    [2, ['--fail-on', 'critical', '--severity', 'critical', '--fixed']],
    [0, []],
    [0, ['--fail-on', 'low', '--verdict', 'fixed']],
    [0, ['--fail-on', 'critical', '--verdict', 'deferred,unimportant']],
    [2, ['--fail-on', 'high', '--require-coverage']],
    [4, ['--require-coverage']],
  ];
  for (const [status, flags] of cases) {
    const outcome = await hallmark(['scan', SAMPLE, ...flags]);
    assert.equal(outcome.status, status, flags.join(' '));
    assert.match(outcome.stdout, /^oci-dir:/, 'the report is written all the same');
  }
});

test('--require-coverage fails where something was not seen, and only there', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const layout = (name: string, content: string) => {
    const path = 'app/node_modules/x/package.json';
    writeOciLayout(join(folder, name), [{ root: buildImage({ layers: [buildLayer([{ path, content }])] }) }]);
    return `oci-dir:${join(folder, name)}`;
  };
  const [whole, broken] = [layout('whole', '{"name":"x","version":"1.0.0"}'), layout('broken', '{"name":')];
  for (const command of ['packages', 'sbom']) {
    assert.equal((await hallmark([command, whole, '--require-coverage'])).status, 0);
    assert.equal((await hallmark([command, broken])).status, 0);
    assert.equal((await hallmark([command, broken, '--require-coverage'])).status, 4);
  }
  for (const command of ['inspect', 'scan']) {
    assert.equal((await hallmark([command, broken, '--require-coverage'])).status, 4);
  }
  const explained = await hallmark(['explain', broken, 'CVE-2021-44906', '--require-coverage']);
  assert.equal(explained.status, 4);
  assert.match(
    explained.stdout,
    /\nNot covered\n[^]*EVIDENCE_UNREADABLE app\/node_modules\/x\/package\.json/,
  );
});

test('several formats at once: files, and one on standard output', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const file = join(folder, 'scan.json');
  const { status, stdout } = await hallmark([
    'scan',
    SAMPLE,
    '--format',
    `json=${file}`,
    '--format',
    'terminal',
  ]);
  assert.equal(status, 0);
  assert.match(stdout, /^oci-dir:.*\nDebian/);
  assert.equal(readFileSync(file, 'utf8'), (await hallmark(['scan', SAMPLE, '--format', 'json'])).stdout);

  const only = await hallmark([
    'sbom',
    SAMPLE,
    '--format',
    `spdx=${join(folder, 'a')}`,
    '--format',
    `cyclonedx=${join(folder, 'b')}`,
  ]);
  assert.deepEqual(only, { status: 0, stdout: '', stderr: '' });
  assert.deepEqual(readdirSync(folder).sort(), ['a', 'b', 'scan.json']);
});

test('--all-layers shows what a later layer removed', async (t) => {
  const hallmark = commandLine(t);
  const purls = async (...flags: string[]) =>
    parse((await hallmark(['scan', SAMPLE, '--format', 'json', ...flags])).stdout).packages.map(({ purl }) =>
      String(purl),
    );
  assert.ok(!(await purls()).includes('pkg:npm/y18n@4.0.0'));
  assert.ok((await purls('--all-layers')).includes('pkg:npm/y18n@4.0.0'));
  const { stdout } = await hallmark(['scan', SAMPLE, '--all-layers']);
  assert.match(stdout, /y18n +4\.0\.0/);
});

test('--type lists one kind of package, --files what they own', async (t) => {
  const hallmark = commandLine(t);
  const { stdout } = await hallmark(['packages', SAMPLE, '--type', 'npm', '--format', 'purl']);
  assert.match(stdout, /^(?:pkg:npm\/[^\n]+\n)+$/);
  const none = await hallmark(['packages', SAMPLE, '--type', 'apk']);
  assert.match(none.stdout, /^No package was found\.\n/);
  const bash = async (...flags: string[]) =>
    parse((await hallmark(['packages', SAMPLE, '--format', 'json', ...flags])).stdout).packages.find(
      ({ name }) => name === 'bash',
    );
  assert.equal((await bash())?.files, undefined);
  assert.ok((await bash('--files'))?.files?.includes('bin/bash'));
});

test('explain tells affected, fixed, not matching and unknown apart', async (t) => {
  const hallmark = commandLine(t);
  const explain = async (id: string) => {
    const { status, stdout, stderr } = await hallmark(['explain', SAMPLE, id]);
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const { findings } = parse(
    (await hallmark(['scan', SAMPLE, '--verdict', 'all', '--format', 'json'])).stdout,
  );
  for (const [verdict, label] of [
    ['affected', 'affected'],
    ['fixed', 'fixed'],
    ['will_not_fix', "won't fix"],
    ['deferred', 'deferred'],
    ['unimportant', 'unimportant'],
  ] as const) {
    const example = findings.find((finding) => finding.verdict === verdict);
    assert.ok(example !== undefined, verdict);
    const text = await explain(example.id);
    assert.match(text, new RegExp(`^ {2}verdict +${label}$`, 'm'));
    for (const { message } of example.because) assert.ok(text.includes(message), message);
  }
  assert.equal(await explain('ghsa-XVCH-5GV4-984H'), await explain('cve-2021-44906'));
  assert.match(
    await explain('CVE-1999-0001'),
    /^CVE-1999-0001: no source knows it for any package that was found here\.\n/,
  );
});

test('explain shows a record that names a package and does not match its version', async (t) => {
  const hallmark = commandLine(t);
  const folder = join(temporaryDirectory(t), 'image');
  const content = '{"name":"minimist","version":"1.2.8"}';
  const layer = buildLayer([{ path: 'app/node_modules/minimist/package.json', content }]);
  writeOciLayout(folder, [{ root: buildImage({ layers: [layer] }) }]);
  const { stdout } = await hallmark(['explain', `oci-dir:${folder}`, 'CVE-2021-44906']);
  assert.match(
    stdout,
    /^CVE-2021-44906: known, and no package is affected\n {2}minimist 1\.2\.8 has the fix .* \(ghsa\)$/m,
  );
});

test('--all-platforms assesses every image of an index, --platform one', async (t) => {
  const hallmark = commandLine(t);
  const folder = join(temporaryDirectory(t), 'image');
  const layer = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.1\n' }]);
  const images = ['amd64', 'arm64'].map((architecture) =>
    buildImage({ layers: [layer], platform: { os: 'linux', architecture } }),
  );
  writeOciLayout(folder, [{ root: buildIndex(images) }]);
  const reference = `oci-dir:${folder}`;

  const all = JSON.parse(
    (await hallmark(['scan', reference, '--all-platforms', '--format', 'json'])).stdout,
  ) as {
    readonly schema: string;
    readonly assessments: readonly AssessmentDocument[];
  };
  assert.equal(all.schema, 'hallmark.assessments/1');
  assert.deepEqual(
    all.assessments.map(({ image }) => image.platform),
    ['linux/amd64', 'linux/arm64'],
  );
  for (const { image } of all.assessments) assert.match(String(image.indexDigest), /^sha256:/);
  for (const command of [['inspect'], ['scan'], ['packages'], ['history'], ['explain', 'CVE-2021-44906']]) {
    const [name = '', ...id] = command;
    const { stdout } = await hallmark([name, reference, ...id, '--all-platforms']);
    assert.match(stdout, /^== linux\/amd64 ==\n[^]+\n\n== linux\/arm64 ==\n/, name);
  }
  const one = await hallmark(['inspect', reference, '--platform', 'linux/arm64']);
  assert.match(one.stdout, /^linux\/arm64 · /m);
});

test('a database is exported, imported and then in use', async (t) => {
  const hallmark = commandLine(t);
  const file = join(temporaryDirectory(t), 'advisories.db.zst');
  const exported = await hallmark(['db', 'export', file]);
  assert.equal(exported.status, 0, exported.stderr);
  assert.ok(statSync(file).size > 1000);

  const other = commandLine(t);
  assert.equal((await other(['db', 'import', file])).status, 0);
  const status = JSON.parse((await other(['db', 'status', '--format', 'json'])).stdout) as Record<
    string,
    unknown
  >;
  const before = JSON.parse((await hallmark(['db', 'status', '--format', 'json'])).stdout) as Record<
    string,
    unknown
  >;
  assert.equal(status['origin'], 'imported');
  assert.equal(status['digest'], before['digest']);
  const [ours, theirs] = [await hallmark(['scan', SAMPLE]), await other(['scan', SAMPLE])];
  assert.deepEqual(theirs, ours);
});

test('a database is built from files in their upstream formats', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  const feeds = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'advisories', 'osv', 'ghsa');
  const output = join(folder, 'own.db');
  const built = await hallmark(['db', 'build', '--from', feeds, '--output', output]);
  assert.equal(built.status, 0, built.stderr);
  assert.match(built.stdout, /own\.db: \d+ advisor(?:y|ies), /);
  assert.equal((await hallmark(['scan', SAMPLE, '--db', output])).status, 0);
  const named = await hallmark(['db', 'path'], { environment: { HALLMARK_DB: output } });
  assert.equal(named.stdout, `${output}\n`);
});

test('names from an image cannot act on the terminal or forge lines in any format for people', async (t) => {
  const hallmark = commandLine(t);
  const folder = join(temporaryDirectory(t), 'image');
  const evil = 'x\u001b[2J\nFORGED\r\u202e\u009b31m';
  const layer = buildLayer([
    { path: 'etc/os-release', content: `ID=debian\nVERSION_ID=12\nPRETTY_NAME="De\u001b[31mbian"\n` },
    {
      path: 'var/lib/dpkg/status',
      content: `Package: ev\u001b[31mil\nStatus: install ok installed\nVersion: 1\u001b[2J\nArchitecture: all\nMaintainer: \u009b\n\n`,
    },
    {
      path: `app/node_modules/ev\u001bil/package.json`,
      content: JSON.stringify({ name: evil, version: '1.0.0', license: evil }),
    },
    { path: `app/node_modules/broken\u001b[1m/package.json`, content: '{' },
  ]);
  const image = buildImage({
    layers: [layer],
    history: [{ created_by: `RUN ${evil}`, created: `2026-01-01T00:00:00Z${evil}` }],
    configuration: {
      author: evil,
      config: { User: evil, Cmd: [evil], Labels: { vendor: evil }, Volumes: { [evil]: {} } },
    },
  });
  writeOciLayout(folder, [{ root: image }]);
  const reference = `oci-dir:${folder}`;
  for (const args of [
    ['inspect', reference],
    ['scan', reference, '--verdict', 'all'],
    ['packages', reference],
    ['packages', reference, '--format', 'purl'],
    ['history', reference, '--full'],
    ['explain', reference, 'CVE-2021-44906'],
  ]) {
    const { status, stdout, stderr } = await hallmark(args);
    assert.equal(status, 0, stderr);
    assert.doesNotMatch((stdout + stderr).replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u, args.join(' '));
    assert.doesNotMatch(stdout, /^\s*FORGED/m, args.join(' '));
  }
});

test('a reference cannot act on the terminal either', async (t) => {
  const hallmark = commandLine(t);
  const folder = join(temporaryDirectory(t), 'im\u001b[31mage');
  writeOciLayout(folder, [{ root: buildImage({ layers: [] }) }]);
  for (const args of [
    ['inspect', `oci-dir:${folder}`],
    ['scan', `oci-dir:${folder}`],
    ['scan', `oci-dir:${folder}\u001b[2J`],
    ['scan', 'no\u001b[2Jsuch'],
    ['scan', '--db', '/no\u001b[2J', SAMPLE],
  ]) {
    const { stdout, stderr } = await hallmark(args);
    assert.ok(!(stdout + stderr).includes('\u001b'), args.join(' '));
  }
});

test('a device, a pipe or a terminal is written to and not replaced', async (t) => {
  const hallmark = commandLine(t);
  const link = join(temporaryDirectory(t), 'link');
  symlinkSync('/dev/null', link); // never the device itself: whoever runs this as root needs it
  const { status } = await hallmark(['scan', SAMPLE, '--format', `json=${link}`]);
  assert.equal(status, 0);
  assert.ok(lstatSync(link).isSymbolicLink());
});

test('a file that cannot be written leaves the old one and nothing half-written', async (t) => {
  const hallmark = commandLine(t);
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'file'), 'old');
  for (const target of [join(folder, 'none', 'x'), join(folder, 'file', 'x'), folder]) {
    const { status, stdout, stderr } = await hallmark([
      'scan',
      SAMPLE,
      '--format',
      `json=${target}`,
      '--format',
      'terminal',
    ]);
    assert.equal(status, 1, target);
    assert.match(stderr, /^hallmark: OUTPUT_FAILED: cannot write /);
    assert.equal(stdout, '', 'files come first, so that a report on the terminal means that they are there');
  }
  assert.deepEqual(readdirSync(folder), ['file']);
  assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'old');
});
