/** Whoever scans a bill of materials gets the findings of its image: from ours all, from others' what they say. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { assess, type Assessment } from 'hallmark';
import { BILL_FORMATS, writeBill } from '../src/sbom/bill-formats.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';

const SAMPLE = `oci-dir:${join(import.meta.dirname, '../examples/sample-image')}`;
const FIXTURES = join(import.meta.dirname, 'fixtures/sbom');

/** What other tools' bills of the sample image lack or have besides; `-` is in the image's findings alone. */
const FOREIGN: readonly (readonly [
  files: readonly string[],
  because: string,
  difference: readonly string[],
])[] = [
  [
    [
      'syft-sample.cdx.json.gz',
      'syft-sample.github.json.gz',
      'syft-sample.spdx.gz',
      'syft-sample.spdx.json.gz',
      'syft-sample.spdx3.json.gz',
      'syft-sample.syft.json.gz',
    ],
    "Syft does not say that Debian's package owns the module's files, so Debian's word on it is not asked",
    [
      '+ CVE-2023-23936 undici 5.15.0 affected',
      '+ CVE-2023-24807 undici 5.15.0 affected',
      '+ CVE-2023-45143 undici 5.15.0 affected',
      '- CVE-2023-23936 undici 5.15.0 suppressed',
      '- CVE-2023-24807 undici 5.15.0 suppressed',
      '- CVE-2023-45143 undici 5.15.0 suppressed',
    ],
  ],
  [
    ['trivy-sample.cdx.json.gz', 'trivy-sample.spdx.gz', 'trivy-sample.spdx.json.gz'],
    'Trivy leaves out modules that dpkg installed',
    [
      '- CVE-2022-25883 semver 7.3.5 affected',
      '- CVE-2023-23936 undici 5.15.0 suppressed',
      '- CVE-2023-24807 undici 5.15.0 suppressed',
      '- CVE-2023-45143 undici 5.15.0 suppressed',
      '- CVE-2024-24758 undici 5.15.0 affected',
      '- CVE-2024-30260 undici 5.15.0 affected',
      '- CVE-2024-30261 undici 5.15.0 affected',
      '- CVE-2025-22150 undici 5.15.0 affected',
      '- CVE-2025-47279 undici 5.15.0 affected',
    ],
  ],
];

const linesOf = ({ findings }: Assessment) =>
  new Set(
    findings.map(({ id, package: { name, version }, verdict }) => `${id} ${name} ${version} ${verdict}`),
  );

test('bills of the sample image', async (t) => {
  const folder = temporaryDirectory(t);
  const scan = (reference: string) =>
    assess(reference, {
      cacheDirectory: null,
      environment: { HOME: folder },
      now: new Date('2026-11-21T00:00:00Z'),
      offline: true,
    });
  const scanBill = (bill: string | Uint8Array) => {
    const file = join(folder, 'bill');
    writeFileSync(file, bill);
    return scan(`sbom:${file}`);
  };
  const image = await scan(SAMPLE);
  assert.ok(image.findings.length > 300, 'the sample image has findings');

  for (const { name, versions } of BILL_FORMATS) {
    for (const version of versions.keys()) {
      const format = `${name}@${version}`;
      await t.test(`${format}: the same`, async () => {
        const options = { created: '2026-11-21T00:00:00Z', files: true };
        const bill = await scanBill(writeBill(format, image, options));
        for (const field of ['findings', 'packages', 'distribution', 'coverage', 'verdictCounts'] as const) {
          assert.deepEqual(bill[field], image[field], field);
        }
        const { reference: _asked, ...described } = structuredClone(image.image);
        assert.deepEqual(bill.image, { ...described, reference: bill.image.reference });
      });
    }
  }

  for (const [files, because, expected] of FOREIGN) {
    for (const file of files) {
      await t.test(`${file}: ${because}`, async () => {
        const theirs = linesOf(await scanBill(gunzipSync(readFileSync(join(FIXTURES, file)))));
        const ours = linesOf(image);
        const difference = [
          ...[...theirs.difference(ours)].map((line) => `+ ${line}`),
          ...[...ours.difference(theirs)].map((line) => `- ${line}`),
        ];
        assert.deepEqual(difference.sort(), expected);
      });
    }
  }
});
