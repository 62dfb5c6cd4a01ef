/** The tests of a programme, from its folder: `tests.yaml`, or `config.sh` as official-images has it; `tests/NAME/run.sh` beside it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readBoundedFile } from '../../../files/bounded-file.ts';
import { readYamlFile } from '../../../formats/yaml-file.ts';
import { LibraryError } from '../../errors.ts';
import { GLOBAL_TESTS, type SelectedTest } from './image-test.ts';
import { parseTestConfig } from './parse-test-config.ts';
import { selectTests, type TestTables } from './test-tables.ts';

const OWN = 'tests.yaml';
const UPSTREAM = 'config.sh';
const MAX_BYTES = 1024 * 1024;

const Key = z
  .string()
  .regex(/^(?=.)[A-Za-z0-9._/-]*(?::[A-Za-z0-9._-]+)?$/, 'repository, repository:variant or :variant');
const Test = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, . _ and -');
const Tests = z.array(Test);

/** docs/library-tests.md */
export const TestsFile = z.strictObject({
  schema: z.literal('hallmark.image-tests/1'),
  global: Tests.default([...GLOBAL_TESTS]).describe('Tests that every image has.'),
  aliases: z.record(Key, z.string()).default({}).describe('Images that have the tests of another one.'),
  images: z.record(Key, Tests).default({}).describe('Tests of single images and variants.'),
  exclude: z.record(Key, Tests).default({}).describe('Tests that these images need not pass.'),
  explicit: z.array(Key).default([]).describe('Images that have only the tests of their very key.'),
});

/** Where there is no folder of tests. */
const DEFAULT_TABLES: TestTables = {
  globalTests: GLOBAL_TESTS,
  aliases: new Map(),
  imageTests: new Map(),
  excluded: new Set(),
  explicit: new Set(),
};

/**
 * Answers which tests an image has.
 *
 * @param folder null where the programme has none: then every image has the three tests of all images
 * @throws {LibraryError} PROGRAMME_INVALID
 */
export function openTests(
  folder: string | null,
): (repository: string, tag: string) => readonly SelectedTest[] {
  const tables = folder === null ? DEFAULT_TABLES : readTables(folder);
  return (repository, tag) =>
    selectTests(tables, repository, tag).map((name) => ({ name, folder: folderOf(folder, name) }));
}

function folderOf(folder: string | null, name: string): string | null {
  if (folder === null || !Test.safeParse(name).success) return null;
  const found = join(folder, 'tests', name);
  return statSync(found, { throwIfNoEntry: false })?.isDirectory() === true ? found : null;
}

function readTables(folder: string): TestTables {
  const own = join(folder, OWN);
  const text = readText(own);
  if (text !== null) return fromFile(text, own);
  const upstream = join(folder, UPSTREAM);
  const script = readText(upstream);
  if (script !== null) return parseTestConfig(script, upstream);
  throw new LibraryError('PROGRAMME_INVALID', `${folder} has neither ${OWN} nor ${UPSTREAM}`, {
    subject: folder,
  });
}

function fromFile(text: string, name: string): TestTables {
  const { value } = readYamlFile(text, TestsFile, {
    name,
    error: (message, details) => new LibraryError('PROGRAMME_INVALID', message, details),
  });
  return {
    globalTests: value.global,
    aliases: new Map(Object.entries(value.aliases)),
    imageTests: new Map(Object.entries(value.images)),
    excluded: new Set(
      Object.entries(value.exclude).flatMap(([owner, tests]) => tests.map((test) => `${owner}_${test}`)),
    ),
    explicit: new Set(value.explicit),
  };
}

/** Null where there is no such file. */
function readText(file: string): string | null {
  try {
    const bytes = readBoundedFile(file, MAX_BYTES);
    if (bytes !== null) return bytes.toString('utf8');
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new LibraryError('PROGRAMME_INVALID', `cannot read ${file}: ${code}`, { subject: file, cause });
  }
  throw new LibraryError('PROGRAMME_INVALID', `${file} has more than ${MAX_BYTES} bytes`, { subject: file });
}
