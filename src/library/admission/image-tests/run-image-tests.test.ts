/** Tests of images for real: with buildah and namespaces of this machine, where it has them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { buildImage, buildLayer, type BuiltImage } from '../../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../../test/images/layouts.ts';
import type { ArchiveEntry } from '../../../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import type { Architecture } from '../../../definitions/architectures.ts';
import type { ImageTestResult } from './image-test.ts';
import { runImageTests } from './run-image-tests.ts';

const BUSYBOX = '/bin/busybox';
const APPLETS = ['sh', 'echo', 'date', 'cut', 'cat', 'nc', 'sleep', 'id', 'env'];

/** What is missing to run anything here; null where all is there. */
function missing(): string | null {
  if (process.arch !== 'x64' || process.getuid?.() !== 0) return 'needs root on amd64';
  const absent = ['buildah', 'unshare', 'ip', 'bash'].find(
    (name) => spawnSync(name, ['--version']).error !== undefined,
  );
  if (absent !== undefined) return `${absent} is not installed`;
  try {
    return readFileSync(BUSYBOX).includes('/lib64/ld-linux') ? 'busybox-static is not installed' : null;
  } catch {
    return 'busybox-static is not installed';
  }
}

/** Busybox with its accounts, and whatever else. */
function busyboxImage(entries: readonly ArchiveEntry[], config: object = {}): BuiltImage {
  const links = APPLETS.map((path): ArchiveEntry => ({
    path: `bin/${path}`,
    type: 'symlink',
    linkTarget: 'busybox',
  }));
  const base = buildLayer([
    { path: 'bin/busybox', content: readFileSync(BUSYBOX), mode: 0o755 },
    ...links,
    { path: 'etc/passwd', content: 'root:*:0:0::/root:/bin/sh\nuser:*:5:5::/:/bin/sh\n' },
    { path: 'tmp/', mode: 0o1777 },
  ]);
  return buildImage({
    layers: [base, buildLayer(entries)],
    configuration: { config: { Env: ['PATH=/bin'], Cmd: ['sh'], ...config } },
  });
}

interface Trial {
  readonly image: BuiltImage;
  /** Scripts by the name of the test. */
  readonly tests: Readonly<Record<string, string>>;
  /** Without scripts of the programme. */
  readonly isBare?: boolean;
  readonly expected?: Readonly<Record<string, string>>;
  readonly architecture?: Architecture;
  readonly timeoutSeconds?: number;
}

async function run(t: TestContext, trial: Trial): Promise<Record<string, ImageTestResult>> {
  const folder = temporaryDirectory(t);
  const [layout, scratch, tests] = ['layout', 'scratch', 'tests'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(scratch);
  const selected = Object.entries(trial.tests).map(([name, script]) => {
    const place = join(tests, 'tests', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'run.sh'), script, { mode: 0o755 });
    const output = trial.expected?.[name];
    if (output !== undefined) writeFileSync(join(place, 'expected-std-out.txt'), output);
    return { name, folder: trial.isBare === true ? null : place };
  });
  writeOciLayout(layout, [{ root: trial.image }]);
  const results = await runImageTests(
    { name: 'busybox:1', architecture: trial.architecture ?? 'amd64', digest: trial.image.digest, layout },
    selected,
    {
      buildah: { kind: 'buildah', isolation: 'chroot', storageDriver: 'vfs' },
      scratch,
      environment: { PATH: process.env['PATH'], SECRET_TOKEN: 'never passed on' },
      timeoutSeconds: trial.timeoutSeconds ?? 60,
    },
  );
  return Object.fromEntries(results);
}

const told = (results: Readonly<Record<string, ImageTestResult>>): Record<string, string> =>
  Object.fromEntries(Object.entries(results).map(([name, { result }]) => [name, result]));

const reason = missing();
const options = reason === null ? {} : { skip: reason };

/** What the three tests of all images ask, in the words of official-images' contract. */
const GLOBAL_SCRIPTS = {
  utc: '#!/bin/sh\nexec docker run --rm --entrypoint date "$1" +%Z\n',
  'no-hard-coded-passwords': `#!/usr/bin/env bash
set -eo pipefail
fields=$(docker run --rm --user 0:0 --entrypoint cut "$1" -d: -f2 /etc/passwd)
! grep -q '^\\$' <<<"$fields"
`,
  'override-cmd': '#!/bin/sh\n[ "$(docker run --rm "$1" echo "said $$")" = "said $$" ]\n',
};

test('the tests of all images, on an image that passes them and on one that does not', options, async (t) => {
  const trial = { tests: GLOBAL_SCRIPTS, expected: { utc: 'UTC\n' } };
  const good = await run(t, { ...trial, image: busyboxImage([]) });
  assert.deepEqual(
    told(good),
    { utc: 'passed', 'no-hard-coded-passwords': 'passed', 'override-cmd': 'passed' },
    JSON.stringify(good),
  );
  const entries = [{ path: 'etc/passwd', content: 'root:$6$salt$hash:0:0::/:/bin/sh\n' }];
  const bad = busyboxImage(entries, { Env: ['PATH=/bin', 'TZ=CET-1'], Entrypoint: ['/bin/date'] });
  assert.deepEqual(told(await run(t, { ...trial, image: bad })), {
    utc: 'failed',
    'no-hard-coded-passwords': 'failed',
    'override-cmd': 'failed',
  });
});

const SERVICE = `#!/usr/bin/env bash
set -eo pipefail
image="$1"
cname="server-$RANDOM"
export GREETING='good day'
cid="$(docker run -d -e GREETING --name "$cname" "$image" sh -c 'echo ready; while true; do echo "$GREETING" | nc -l -p 7000; done')"
trap "docker rm -vf $cid > /dev/null" EXIT
ask() { docker run --rm -i --link "$cname":service --entrypoint sh "$image" -c 'nc -w 5 service 7000 < /dev/null'; }
for try in {1..20}; do
	[ "$(docker logs "$cid" 2> /dev/null)" != 'ready' ] || break
	sleep 0.2
done
[ "$(docker logs "$cid")" = 'ready' ]
[ "$(docker inspect -f '{{.State.Running}}' "$cid")" = 'true' ]
docker exec -u 5 "$cid" sh -c 'echo "$GREETING"; id -u'
ask
`;

const SEALED = `#!/usr/bin/env bash
set -e
[ -z "$SECRET_TOKEN" ]
! docker run --rm "$1" sh -c 'nc -w 2 192.0.2.1 80 < /dev/null'
docker run --rm --user 5:5 --workdir /tmp -e A=1 -e B "$1" sh -c 'id -u; echo "$A$B"; cat; env | cut -d= -f1' < /dev/null | head -2
`;

const WRONG_OUTPUT = '#!/bin/sh\necho something else\n';
/** Files of a test come into a container by building an image with them. */
const IN_CONTAINER = `#!/usr/bin/env bash
set -eo pipefail
own="$1-with-files"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/files"
echo 'cat beside.txt; pwd' > "$work/files/container.sh"
echo 'from within' > "$work/files/beside.txt"
docker inspect "$1" > /dev/null
printf 'FROM %s\\nCOPY files /files\\nWORKDIR /files\\n' "$1" > "$work/Dockerfile"
docker build -t "$own" "$work" > /dev/null 2>&1
docker image inspect --format '{{- range .Config.Env -}}{{- println . -}}{{- end -}}' "$own" | grep '^PATH='
[ -n "$(docker info --format '{{ .Driver }}')" ]
docker run --rm --entrypoint sh "$own" ./container.sh
`;

test('services, links, other users, files of a test, and no way out', options, async (t) => {
  const results = await run(t, {
    image: busyboxImage([]),
    tests: {
      service: SERVICE,
      sealed: SEALED,
      output: WRONG_OUTPUT,
      'in-container': IN_CONTAINER,
      network: '#!/bin/sh\ndocker network create x && exit 0\n',
      privileged: '#!/bin/sh\ndocker run --privileged "$1" true\n',
      'other-image': '#!/bin/sh\ndocker run --rm alpine:3 true || true\n',
      fails: '#!/bin/sh\ndocker run --rm "$1" sh -c "exit 3"\n',
    },
    expected: {
      service: 'good day\n5\ngood day\n',
      sealed: '5\n1\n',
      output: 'something\n',
      'in-container': 'PATH=/bin\nfrom within\n/files\n',
    },
  });
  assert.deepEqual(
    told(results),
    {
      service: 'passed',
      sealed: 'passed',
      output: 'failed',
      'in-container': 'passed',
      network: 'not-checked',
      privileged: 'not-checked',
      'other-image': 'not-checked',
      fails: 'failed',
    },
    JSON.stringify(results, null, 1),
  );
  assert.match(results['privileged']?.because ?? '', /docker run --privileged/);
});

test('a test that hangs, and a platform that does not run here', options, async (t) => {
  const image = busyboxImage([]);
  const hanging = await run(t, {
    image,
    tests: { hangs: '#!/bin/sh\ndocker run --rm "$1" sleep 1000\n' },
    timeoutSeconds: 2,
  });
  assert.equal(hanging['hangs']?.result, 'failed');
  assert.match(hanging['hangs']?.because ?? '', /time was over/);
  const { utc } = await run(t, { image, tests: GLOBAL_SCRIPTS, architecture: 's390x' });
  assert.deepEqual(utc, { result: 'not-checked', because: 'this machine (x64) does not run s390x' });
});

test(
  'without scripts of the programme, whether a command can be given is tried all the same',
  options,
  async (t) => {
    const { utc, 'override-cmd': override } = GLOBAL_SCRIPTS;
    const tests = { 'override-cmd': override, utc };
    const entry = { path: 'entry', content: '#!/bin/sh\n[ "$1" = x ] || exec "$@"\nexit 9\n', mode: 0o755 };
    const good = busyboxImage([entry], { Entrypoint: ['/entry'] });
    const found = await run(t, { image: good, tests, isBare: true });
    assert.deepEqual(told(found), { 'override-cmd': 'passed', utc: 'not-checked' }, JSON.stringify(found));
    const bad = await run(t, { image: busyboxImage([], { Entrypoint: ['/bin/date'] }), tests, isBare: true });
    assert.equal(bad['override-cmd']?.result, 'failed');
  },
);
