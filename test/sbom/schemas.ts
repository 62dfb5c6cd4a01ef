import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Ajv, { type ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const SCHEMAS = join(import.meta.dirname, '../fixtures/schemas');

/** The text of a file of test/fixtures/schemas, which may be compressed there. */
export function readSchemaFile(name: string): string {
  const path = join(SCHEMAS, name);
  return existsSync(path)
    ? readFileSync(path, 'utf8')
    : gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
}

const readSchema = (name: string): object => JSON.parse(readSchemaFile(`${name}.schema.json`)) as object;

/** Compiles a schema, with those that it refers to. */
export function compileSchema(name: string, ...references: string[]): ValidateFunction {
  const ajv = new Ajv.default({ strict: false, schemas: references.map(readSchema), allErrors: true });
  addFormats.default(ajv);
  // RFC 3987 and RFC 6531, as far as a URL parser knows them
  ajv.addFormat(
    'iri-reference',
    (text: string) => !/[\s<>"{}|\\^`]/.test(text) && URL.canParse(text, 'http://a/'),
  );
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
  return ajv.compile(readSchema(name));
}

/** The same for a schema of JSON Schema 2020-12 that refers to no other. */
export function compileSchema2020(name: string): ValidateFunction {
  // not for all errors: it would try each of a hundred classes to the end
  const ajv = new Ajv2020.default({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(readSchema(name));
}
