/** Secrets in every place of an image: found, and shown by no output. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from './cli/command-line.ts';
import { buildImage, buildLayer } from './images/image-builder.ts';
import { writeOciLayout } from './images/layouts.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';
import { COMMAND_SPECIMEN, PLACED_SPECIMENS, SPECIMENS } from './secret-specimens.ts';

const text = (rule: string) => SPECIMENS[rule] ?? assert.fail(rule);

/** What must never be printed: the part of each specimen that was drawn. */
const RAW = [
  text('github-token').slice(8),
  text('npm-token').slice(8),
  text('slack-token').slice(30),
  text('gitlab-token').slice(8),
  COMMAND_SPECIMEN.split(' ')[4] ?? assert.fail(),
  text('private-key').slice(-40, -1),
];

const [, dotenv] = PLACED_SPECIMENS['assigned-secret'] ?? assert.fail();

const image = buildImage({
  layers: [
    buildLayer([
      { path: 'root/.ssh/id_rsa', content: text('private-key'), mode: 0o600 },
      { path: 'srv/app/.env', content: `# settings\n${dotenv}\n` },
      { path: 'srv/app/node_modules/x/test/fixture.js', content: text('github-token') },
      { path: 'usr/share/doc/x/README', content: text('github-token') },
    ]),
    buildLayer([
      { path: 'root/.ssh/.wh.id_rsa', content: '' },
      { path: 'srv/app/config.js', content: `const token = '${text('github-token')}';\n` },
    ]),
  ],
  configuration: {
    config: {
      Env: ['PATH=/usr/bin', `NPM_TOKEN=${text('npm-token')}`],
      Labels: { hook: text('slack-token'), plain: 'value' },
      Cmd: ['run', `--auth=${text('gitlab-token')}`],
    },
  },
  history: [{ created_by: 'ADD rootfs' }, { created_by: COMMAND_SPECIMEN }],
});

test('secrets are found in every place, and what was removed is still there', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  writeOciLayout(join(directory, 'image'), [{ root: image }]);
  const reference = `oci-dir:${directory}/image`;
  const { stdout } = await run(['secrets', '--format', 'json', reference]);
  const found = JSON.parse(stdout) as { rule: string; place: Record<string, unknown> }[];
  const places = found.map(({ rule, place }) =>
    [
      rule,
      place['kind'],
      place['path'] ?? place['variable'] ?? place['label'] ?? place['step'],
      place['visible'],
    ].join(' '),
  );
  assert.deepEqual(places.sort(), [
    'assigned-secret file srv/app/.env true',
    'github-token file srv/app/config.js true',
    'npm-token environment NPM_TOKEN ',
    'password-in-command history 1 ',
    'private-key file root/.ssh/id_rsa false',
    'slack-token label hook ',
  ]);

  const gate = await run(['secrets', '--fail-on', 'critical', '--severity', 'critical', reference]);
  assert.equal(gate.status, 2);
  assert.match(gate.stdout, /root\/\.ssh\/id_rsa:2 \(removed by a later layer, but in the image\)/);
  assert.match(gate.stdout, /critical +GitHub token +ghp_\[redacted\] +1 +srv\/app\/config\.js:1/);
});

test('no output shows a secret', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  writeOciLayout(join(directory, 'image'), [{ root: image }]);
  const reference = `oci-dir:${directory}/image`;
  for (const args of [
    ['inspect'],
    ['inspect', '--format', 'json'],
    ['scan'],
    ['scan', '--format', 'json'],
    ['packages', '--format', 'json'],
    ['history', '--full'],
    ['history', '--format', 'json'],
    ['secrets'],
    ['secrets', '--format', 'json'],
    ['sbom'],
  ]) {
    const { status, stdout, stderr } = await run([...args, reference]);
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
    for (const raw of RAW) assert.ok(!stdout.includes(raw), `${args.join(' ')} shows ${raw}`);
  }
});

test('an image without secrets', async (t) => {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  const clean = buildImage({ layers: [buildLayer([{ path: 'a.txt', content: 'nothing' }])] });
  writeOciLayout(join(directory, 'image'), [{ root: clean }]);
  const { status, stdout } = await run(['secrets', '--fail-on', 'low', `oci-dir:${directory}/image`]);
  assert.deepEqual([status, stdout], [0, 'No secret was found.\n']);
});
