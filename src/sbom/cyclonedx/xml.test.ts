import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { billInput, hostileText, xmlText } from '../../../test/sbom/arbitrary-bill.ts';
import { CREATED, INPUT } from '../../../test/sbom/sample-bill.ts';
import { readSchemaFile } from '../../../test/sbom/schemas.ts';
import { parseXml } from '../../formats/xml.ts';
import { CYCLONEDX_VERSIONS } from './specification.ts';
import { toCycloneDx } from './write-document.ts';
import { fromXml, toXml } from './xml.ts';

const OPTIONS = { created: CREATED, files: true };

function read(text: string): unknown {
  const root = parseXml(text);
  assert.ok(root, 'it is not well-formed');
  return fromXml(root);
}

/** An empty list is no element where elements repeat, so it does not count. */
function withoutEmptyLists(value: unknown): unknown {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    Array.isArray(inner) && inner.length === 0 ? undefined : inner,
  );
  return JSON.parse(text);
}

test('XML says what JSON says', () => {
  fc.assert(
    fc.property(billInput(xmlText()), fc.constantFrom(...CYCLONEDX_VERSIONS), (input, version) => {
      const document = toCycloneDx(input, OPTIONS, version);
      const { $schema: _schema, bomFormat: _format, ...fields } = document;
      assert.deepEqual(
        withoutEmptyLists(read(toXml(document))),
        withoutEmptyLists({ ...fields, version: '1' }),
      );
    }),
    { numRuns: 50 },
  );
});

test('what XML cannot hold is replaced, and the document stays whole', () => {
  fc.assert(
    fc.property(billInput(hostileText()), (input) => {
      read(toXml(toCycloneDx(input, OPTIONS)));
    }),
    { numRuns: 50 },
  );
});

const withoutXmllint =
  spawnSync('xmllint', ['--version']).error === undefined
    ? false
    : 'xmllint is not installed (libxml2-utils)';

describe('the official schemas', { skip: withoutXmllint }, () => {
  const samples = fc.sample(billInput(hostileText()), { numRuns: 12, seed: 1 });

  for (const version of CYCLONEDX_VERSIONS) {
    test(`CycloneDX ${version}`, (t) => {
      const folder = temporaryDirectory(t);
      const file = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const schema = file('bom.xsd', readSchemaFile(`bom-${version}.xsd`));
      file('spdx.xsd', readSchemaFile('spdx.xsd'));
      // the schema imports that of SPDX identifiers by an address of the web
      const catalogue = file(
        'catalog.xml',
        `<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
          <uri name="http://cyclonedx.org/schema/spdx" uri="spdx.xsd"/>
          <system systemId="http://cyclonedx.org/schema/spdx" uri="spdx.xsd"/>
        </catalog>`,
      );
      const documents = [INPUT, ...samples].map((input, index) =>
        file(`${index}.xml`, toXml(toCycloneDx(input, OPTIONS, version))),
      );
      const { status, stderr } = spawnSync(
        'xmllint',
        ['--noout', '--nonet', '--schema', schema, ...documents],
        {
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], XML_CATALOG_FILES: catalogue },
        },
      );
      assert.equal(status, 0, stderr);
    });
  }
});
