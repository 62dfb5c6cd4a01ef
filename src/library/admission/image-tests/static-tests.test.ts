import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../../test/images/layouts.ts';
import { onlyImage } from '../../../../test/images/opened.ts';
import type { ArchiveEntry } from '../../../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { openImage } from '../../../oci/open-image.ts';
import { testStatically } from './static-tests.ts';

interface Row {
  readonly what: string;
  readonly layers: readonly (readonly ArchiveEntry[])[];
  readonly config?: object;
  readonly test: 'utc' | 'no-hard-coded-passwords' | 'override-cmd';
  readonly result: 'passed' | 'failed' | 'not-checked';
}

const link = (path: string, linkTarget: string): ArchiveEntry => ({ path, type: 'symlink', linkTarget });
const file = (path: string, content: string): ArchiveEntry => ({ path, content });
const zone = (rule: string): ArchiveEntry => file('etc/localtime', `TZif2\0\0\0UTC\n${rule}\n`);
const ECHO = file('bin/echo', 'ELF');
const SCRIPT = '#!/bin/sh\nset -e\nif [ "$1" = x ]; then\n\texec gosu x "$0" "$@"\nfi\nexec "$@"\n';

const rows: readonly Row[] = [
  { what: 'nothing said', layers: [[ECHO]], test: 'utc', result: 'passed' },
  { what: 'TZ', layers: [[]], config: { Env: ['TZ=Europe/Berlin'] }, test: 'utc', result: 'failed' },
  { what: 'TZ', layers: [[]], config: { Env: ['TZ=Etc/UTC'] }, test: 'utc', result: 'passed' },
  {
    what: 'link',
    layers: [[link('etc/localtime', '/usr/share/zoneinfo/Etc/UTC')]],
    test: 'utc',
    result: 'passed',
  },
  {
    what: 'link',
    layers: [[link('etc/localtime', '../usr/share/zoneinfo/Asia/Tokyo')]],
    test: 'utc',
    result: 'failed',
  },
  { what: 'circle', layers: [[link('etc/localtime', 'localtime')]], test: 'utc', result: 'failed' },
  { what: 'copied zone', layers: [[zone('UTC0')]], test: 'utc', result: 'passed' },
  { what: 'copied zone', layers: [[zone('CET-1CEST,M3.5.0,M10.5.0/3')]], test: 'utc', result: 'failed' },
  {
    what: 'zone of a lower layer, removed',
    layers: [[zone('CET-1')], [file('etc/.wh.localtime', '')]],
    test: 'utc',
    result: 'passed',
  },
  { what: 'no accounts', layers: [[ECHO]], test: 'no-hard-coded-passwords', result: 'passed' },
  {
    what: 'locked accounts',
    layers: [
      [file('etc/passwd', 'root:x:0:0::/root:/bin/sh\nnobody:*:1:1::/:\n'), file('etc/shadow', 'root:!:1\n')],
    ],
    test: 'no-hard-coded-passwords',
    result: 'passed',
  },
  {
    what: 'a hash in the shadow file',
    layers: [
      [file('etc/passwd', 'root:x:0:0::/root:/bin/sh\n'), file('etc/shadow', 'root:$6$salt$hash:1\n')],
    ],
    test: 'no-hard-coded-passwords',
    result: 'failed',
  },
  {
    what: 'a hash in an upper layer',
    layers: [
      [file('etc/passwd', 'root:*:0:0::/:\n')],
      [file('etc/passwd', 'root:*:0:0::/:\nuser:$1$x$y:1:1::/:\n')],
    ],
    test: 'no-hard-coded-passwords',
    result: 'failed',
  },
  {
    what: 'a hash behind a line that hides it (CVE-2019-5021)',
    layers: [[file('etc/passwd', 'root:x:0:0::/root:/bin/sh\n'), file('etc/shadow', 'root::1\nroot:!:1\n')]],
    test: 'no-hard-coded-passwords',
    result: 'failed',
  },
  {
    what: 'root without password',
    layers: [[file('etc/passwd', 'root::0:0::/root:/bin/sh\n')]],
    test: 'no-hard-coded-passwords',
    result: 'failed',
  },
  {
    what: 'an enormous file',
    layers: [[file('etc/passwd', 'a'.repeat(70_000))]],
    test: 'no-hard-coded-passwords',
    result: 'not-checked',
  },
  {
    what: 'a single program',
    layers: [[file('hello', 'ELF')]],
    config: { Entrypoint: ['/hello'] },
    test: 'override-cmd',
    result: 'passed',
  },
  { what: 'no entrypoint', layers: [[ECHO]], config: {}, test: 'override-cmd', result: 'passed' },
  {
    what: 'a script, found on PATH',
    layers: [[ECHO, file('usr/local/bin/entry.sh', SCRIPT)]],
    config: { Entrypoint: ['entry.sh'] },
    test: 'override-cmd',
    result: 'passed',
  },
  {
    what: 'a script that hands nothing over',
    layers: [[ECHO, file('entry.sh', '#!/bin/sh\nexec redis-server "$@"\n')]],
    config: { Entrypoint: ['/entry.sh'] },
    test: 'override-cmd',
    result: 'not-checked',
  },
  {
    what: 'a program with busybox beside it',
    layers: [[link('bin/echo', 'busybox'), file('bin/busybox', 'ELF')]],
    config: { Entrypoint: ['redis'] },
    test: 'override-cmd',
    result: 'not-checked',
  },
];
for (const [number, { what, layers, config, test: name, result }] of rows.entries()) {
  test(`${number}: ${name}, ${what}: ${result}`, async (t) => {
    const directory = join(temporaryDirectory(t), 'layout');
    const root = buildImage({
      layers: layers.map((entries) => buildLayer(entries)),
      ...(config === undefined ? {} : { configuration: { config } }),
    });
    writeOciLayout(directory, [{ root }]);
    const opened = await openImage(`oci-dir:${directory}`, { environment: {} });
    t.after(() => opened.close());
    const found = (await testStatically(onlyImage(opened))).get(name);
    assert.equal(found?.result, result, found?.because);
  });
}
