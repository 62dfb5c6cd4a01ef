/** `sbom-of:` and `sbom:`: what is attached to an image, or lies in a file, in place of its layers. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from './cli/command-line.ts';
import { buildAttachment, buildImage, buildIndex, buildLayer } from './images/image-builder.ts';
import { writeOciLayout } from './images/layouts.ts';
import { temporaryDirectory } from './images/temporary-directory.ts';

const module = (name: string, version: string) => ({
  path: `app/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version, license: 'MIT' }),
});

const image = buildImage({
  layers: [buildLayer([module('minimist', '1.2.0'), module('lodash', '4.17.15')])],
});
const other = buildImage({
  layers: [buildLayer([module('minimist', '1.2.8')])],
  platform: { os: 'linux', architecture: 'arm64' },
});

const SPDX = 'https://spdx.dev/Document';
const IN_TOTO = 'application/vnd.in-toto+json';

interface Report {
  readonly packages: readonly { readonly purl: string }[];
  readonly findings: readonly { readonly id: string; readonly verdict: string }[];
  readonly bill: { readonly format: string; readonly origin: string; readonly attested: boolean } | null;
  readonly image: { readonly digest: string | null; readonly base: { readonly names: string[] } | null };
}

/** Writes a layout and answers how to scan it, by its layers or by what is attached to it. */
function prepare(t: TestContext) {
  const run = commandLine(t);
  const directory = temporaryDirectory(t);
  const at = (name: string) => join(directory, name);
  const scan = async (reference: string) => {
    const args = ['scan', '--platform', 'linux/amd64', '--format', 'json', reference];
    const { status, stdout, stderr } = await run(args);
    return { status, stderr, report: (stdout === '' ? null : JSON.parse(stdout)) as Report | null };
  };
  const bill = async (format: string) => {
    writeOciLayout(at('plain'), [{ root: image }]);
    return JSON.parse((await run(['sbom', '--format', format, `oci-dir:${at('plain')}`])).stdout) as object;
  };
  return { at, scan, bill };
}

const statement = (subject: string, predicate: object, predicateType = SPDX) => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType,
  subject: [{ name: 'pkg:docker/app@1', digest: { sha256: subject.slice('sha256:'.length) } }],
  predicate,
});

test('the attestation in the index gives what the layers give', async (t) => {
  const { at, scan, bill } = prepare(t);
  const content = statement(image.digest, await bill('spdx-json'));
  const attached = [buildAttachment(image, { content, mediaType: IN_TOTO, predicateType: SPDX })];
  writeOciLayout(at('image'), [{ root: buildIndex([image, other], { attached }) }]);
  const byLayers = await scan(`oci-dir:${at('image')}`);
  const byBill = await scan(`sbom-of:oci-dir:${at('image')}`);
  assert.ok((byLayers.report?.findings.length ?? 0) > 0);
  assert.deepEqual(byBill.report?.findings, byLayers.report?.findings);
  assert.deepEqual(byBill.report?.packages, byLayers.report?.packages);
  const { format, origin, attested } = byBill.report?.bill ?? assert.fail();
  assert.deepEqual([format, origin, attested], ['SPDX 2.3 (JSON)', 'index', true]);
  assert.equal(byBill.report?.image.digest, image.digest);
});

test('an artifact that refers to the image', async (t) => {
  const { at, scan, bill } = prepare(t);
  const root = buildAttachment(image, {
    content: await bill('cyclonedx-json'),
    mediaType: 'application/vnd.cyclonedx+json',
    artifactType: 'application/vnd.cyclonedx+json',
  });
  writeOciLayout(at('image'), [{ root: image, name: 'app' }, { root }]);
  const { report } = await scan(`sbom-of:oci-dir:${at('image')}:app`);
  assert.deepEqual([report?.bill?.origin, report?.bill?.attested], ['referrers', false]);
  assert.deepEqual(
    report?.packages.map(({ purl }) => purl),
    ['pkg:npm/lodash@4.17.15', 'pkg:npm/minimist@1.2.0'],
  );
});

test('what is said of another image is not believed of this one', async (t) => {
  const { at, scan, bill } = prepare(t);
  const content = statement(other.digest, await bill('spdx-json'));
  const attached = [buildAttachment(image, { content, mediaType: IN_TOTO, predicateType: SPDX })];
  writeOciLayout(at('image'), [{ root: buildIndex([image], { attached }) }]);
  const { status, stderr } = await scan(`sbom-of:oci-dir:${at('image')}`);
  assert.equal(status, 4);
  assert.match(stderr, /SBOM_NOT_ATTACHED.*\n.*its statement is about another image/);
});

test('an image to which nothing is attached, and attachments that are no bills', async (t) => {
  const { at, scan } = prepare(t);
  writeOciLayout(at('bare'), [{ root: image }]);
  assert.equal((await scan(`sbom-of:oci-dir:${at('bare')}`)).status, 4);
  const attached = [
    buildAttachment(image, { content: { broken: true }, mediaType: IN_TOTO, predicateType: SPDX }),
    buildAttachment(image, { content: {}, mediaType: IN_TOTO, predicateType: 'https://example.org/other' }),
  ];
  writeOciLayout(at('broken'), [{ root: buildIndex([image], { attached }) }]);
  const { status, stderr } = await scan(`sbom-of:oci-dir:${at('broken')}`);
  assert.equal(status, 4);
  assert.match(stderr, /was not used as a bill of materials/);
});

test('provenance in the index names the base image', async (t) => {
  const { at, scan } = prepare(t);
  const SLSA = 'https://slsa.dev/provenance/v0.2';
  const predicate = { materials: [{ uri: 'pkg:docker/node@22?platform=linux%2Famd64', digest: {} }] };
  const content = statement(image.digest, predicate, SLSA);
  const attached = [buildAttachment(image, { content, mediaType: IN_TOTO, predicateType: SLSA })];
  writeOciLayout(at('image'), [{ root: buildIndex([image], { attached }) }]);
  const { report } = await scan(`oci-dir:${at('image')}`);
  assert.deepEqual(report?.image.base?.names, ['docker.io/library/node:22']);
});

test('a bill in a file, and files that are none', async (t) => {
  const { at, scan, bill } = prepare(t);
  writeFileSync(at('bom.json'), JSON.stringify(await bill('cyclonedx-json@1.5')));
  const { report } = await scan(`sbom:${at('bom.json')}`);
  assert.deepEqual([report?.bill?.format, report?.bill?.origin], ['CycloneDX 1.5 (JSON)', 'file']);
  assert.equal((report?.findings.length ?? 0) > 0, true);
  for (const [name, code] of [
    ['missing.json', 'SBOM_FILE_UNREADABLE'],
    ['text.json', 'SBOM_FORMAT_UNKNOWN'],
  ] as const) {
    writeFileSync(at('text.json'), '{"hello": "world"}');
    const refused = await scan(`sbom:${at(name)}`);
    assert.equal(refused.status, 3);
    assert.match(refused.stderr, new RegExp(`hallmark: ${code}`));
  }
});
