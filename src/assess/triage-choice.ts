/** What the user decided about findings: reads the configuration and VEX files that are named. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { NO_CONFIGURATION, type Configuration } from '../findings/triage/configuration.ts';
import type { GivenVex } from '../findings/vex/apply-vex.ts';
import { parseJson } from '../formats/json.ts';
import { unwrapStatement } from '../sbom/statement.ts';
import { AssessError } from './errors.ts';

export interface TriageChoice {
  readonly configuration: Configuration;
  /** Documents from files. */
  readonly vex: readonly GivenVex[];
  /** Package URLs by which VEX documents may know the image. */
  readonly products: readonly string[];
  /** Which VEX documents that are attached to the image are applied: those of signers that its trust policy believes, or all. */
  readonly attestations: 'none' | 'believed' | 'all';
}

export const NO_CHOICE: TriageChoice = {
  configuration: NO_CONFIGURATION,
  vex: [],
  products: [],
  attestations: 'none',
};

/** Looked for in the working directory. */
export const CONFIGURATION_FILE = '.hallmark.yaml';

const MAX_CONFIGURATION_BYTES = 1024 * 1024;
const MAX_VEX_BYTES = 64 * 1024 * 1024;
/** In one folder. */
const MAX_VEX_FILES = 10_000;

/**
 * Reads the configurations and joins them. Without any named, `.hallmark.yaml` in the folder, if it is there.
 *
 * @throws {AssessError} CONFIGURATION_NOT_FOUND
 * @throws {FindingsError} CONFIGURATION_INVALID
 */
export async function openConfigurations(
  files: readonly string[],
  folder: string | null,
): Promise<Configuration> {
  const implied = folder === null ? null : join(folder, CONFIGURATION_FILE);
  const isThere = implied !== null && statSync(implied, { throwIfNoEntry: false }) !== undefined;
  const named = files.length > 0 ? files : isThere ? [implied] : [];
  if (named.length === 0) return NO_CONFIGURATION;
  const { readConfiguration } = await import('../findings/triage/read-configuration.ts');
  return named
    .map((file) => readConfiguration(readText(file), file === implied ? CONFIGURATION_FILE : file))
    .reduce((joined, next) => ({
      exceptions: [...joined.exceptions, ...next.exceptions],
      overrides: [...joined.overrides, ...next.overrides],
      vex: { author: joined.vex.author ?? next.vex.author, id: joined.vex.id ?? next.vex.id },
    }));
}

function readText(file: string): string {
  try {
    if (statSync(file).size <= MAX_CONFIGURATION_BYTES) return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssessError('CONFIGURATION_NOT_FOUND', `${file} cannot be read`, { subject: file, cause });
  }
  const message = `${file} has more than ${MAX_CONFIGURATION_BYTES} bytes`;
  throw new AssessError('CONFIGURATION_NOT_FOUND', message, { subject: file });
}

/**
 * Reads VEX documents from files, and from every file of a folder that is one.
 *
 * @throws {AssessError} VEX_FILE_UNREADABLE for a file that is named and is none, and for a folder without any
 */
export async function openVexFiles(paths: readonly string[], now: Date): Promise<readonly GivenVex[]> {
  const given: GivenVex[] = [];
  for (const path of paths) {
    const files = isFolder(path) ? jsonFilesIn(path) : [path];
    const read = [];
    for (const file of files) read.push(...(await openVexFile(file, now)));
    if (read.length === 0) {
      const message = `${path} holds no VEX document of a format that Hallmark reads`;
      throw new AssessError('VEX_FILE_UNREADABLE', message, { subject: path });
    }
    given.push(...read);
  }
  return given;
}

async function openVexFile(file: string, now: Date): Promise<readonly GivenVex[]> {
  const { readVexDocument } = await import('../advisories/vex/vex-document.ts');
  const value = unwrapStatement(parseJson(readVexText(file))).document;
  const document = readVexDocument(value, { source: 'file', now });
  return document === null ? [] : [{ document, origin: 'file', place: file, applied: true }];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function jsonFilesIn(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort();
  if (found.length <= MAX_VEX_FILES) return found.map((path) => join(folder, path));
  const message = `${folder} has more than ${MAX_VEX_FILES} JSON files`;
  throw new AssessError('VEX_FILE_UNREADABLE', message, { subject: folder });
}

function readVexText(file: string): string {
  try {
    if (statSync(file).size <= MAX_VEX_BYTES) return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssessError('VEX_FILE_UNREADABLE', `${file} cannot be read`, { subject: file, cause });
  }
  throw new AssessError('VEX_FILE_UNREADABLE', `${file} has more than ${MAX_VEX_BYTES} bytes`, {
    subject: file,
  });
}
