import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync, gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { parseElf } from '../../../formats/elf.ts';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { parseAuditData } from './audit-data.ts';
import { rustBinaryCataloger } from './rust-binary.ts';

const PROGRAM = gunzipSync(fixture('rust/rust-audit-info-0.5.4.gz'));
const CATALOGERS = { catalogers: [rustBinaryCataloger] };

interface Listed {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: readonly number[];
}

/** What `rust-audit-info` prints of itself. */
const LISTED = (
  JSON.parse(fixture('rust/rust-audit-info-0.5.4.expected.json').toString()) as { packages: Listed[] }
).packages;

const purl = ({ name, version }: Listed) => `pkg:cargo/${name}@${version}`;

test('crates of a program, with their edges, as rust-audit-info prints them', () => {
  const { packages, coverage } = inventoryOf([{ 'usr/bin/rust-audit-info': PROGRAM }], CATALOGERS);
  assert.deepEqual(
    packages.map((pkg) => [pkg.purl, pkg.presence, pkg.dependsOn]),
    LISTED.map((crate) => [
      purl(crate),
      'installed',
      (crate.dependencies ?? [])
        .flatMap((place) => LISTED[place] ?? [])
        .map(purl)
        .sort(),
    ]),
  );
  assert.deepEqual(coverage, []);
});

test('what took part in the build is not in the program', () => {
  const data = parseAuditData(
    deflateSync(
      JSON.stringify({
        packages: [
          { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2] },
          { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
          { name: 'serde', version: '1.0.0', source: 'git', kind: 'runtime' },
          { name: '../serde', version: '1.0.0', source: 'crates.io' },
          { name: 'no-version', source: 'crates.io' },
          'nothing',
        ],
      }),
    ),
  );
  assert.deepEqual(
    data?.crates.map((crate) => crate?.name ?? null),
    ['app', null, 'serde', null, null, null],
  );
  assert.equal(data?.damaged, 3);
});

describe('damaged lists', () => {
  const list = parseElf(PROGRAM)?.section('.dep-v0')?.content ?? Buffer.alloc(0);
  const section = list.byteOffset - PROGRAM.byteOffset;

  for (const [what, bytes] of [
    ['not compressed', Buffer.from('{"packages":[]}')],
    ['not JSON', deflateSync('packages')],
    ['no list', deflateSync('{"packages":{}}')],
    ['larger than any', deflateSync(Buffer.alloc(64 * 1024 * 1024))],
    ['cut', deflateSync('{"packages":[]}').subarray(0, 8)],
  ] as const) {
    test(what, () => assert.equal(parseAuditData(bytes), null));
  }

  test('of a program: said', () => {
    const content = Buffer.from(PROGRAM);
    content.fill(0, section, section + list.length);
    const { packages, coverage } = inventoryOf([{ 'usr/bin/a': content }], CATALOGERS);
    assert.deepEqual(packages, []);
    assert.deepEqual(
      coverage.map(({ code, subject }) => [code, subject]),
      [['EVIDENCE_UNREADABLE', 'usr/bin/a']],
    );
  });

  test('places that lead nowhere', () => {
    const places = {
      packages: [{ name: 'a', version: '1.0.0', dependencies: [-1, 0.5, 7, null, 1e300, 0] }],
    };
    const { crates } = parseAuditData(deflateSync(JSON.stringify(places))) ?? { crates: [] };
    const { packages } = rustBinaryCataloger.catalog(new Map([['a', crates]]), { distribution: null });
    assert.deepEqual(
      packages.map(({ requires }) => requires),
      [['pkg:cargo/a@1.0.0']],
    );
  });

  test('any byte is another', () => {
    fc.assert(
      fc.property(fc.nat(list.length - 1), fc.nat(63), fc.nat(255), (offset, header, byte) => {
        const content = Buffer.from(PROGRAM);
        content[section + offset] = byte;
        content[header] = byte;
        const { record } = rustBinaryCataloger.read({ path: 'a', content });
        if (record !== null) rustBinaryCataloger.catalog(new Map([['a', record]]), { distribution: null });
      }),
      { numRuns: 200 },
    );
  });
});
