/** Reads a programme from its folder: settings, definitions and pins. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { LibraryError } from '../errors.ts';
import { readExternalPins } from './external-pins.ts';
import type { BrokenRepository, Programme, ProgrammeSettings, Repository } from './programme.ts';
import { type DefinitionText, isReadable, readDefinition } from './read-definition.ts';
import { defaultSettings, readSettings } from './read-settings.ts';

const SETTINGS_FILE = 'programme.yaml';
const MAX_SETTINGS_BYTES = 1024 * 1024;
const MAX_DEFINITION_BYTES = 4 * 1024 * 1024;
const MAX_DEFINITIONS = 100_000;

/** As official-images has it, where there is no `programme.yaml`. */
const DEFAULT_PINS = '.external-pins';

/**
 * A definition that cannot be read is among `broken`, and the others go on without it.
 *
 * @param folder with `programme.yaml`, or with a folder `library` of definitions
 * @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, PIN_INVALID
 */
export function openProgramme(folder: string): Programme {
  const settings = openSettings(folder);
  const repositories = new Map<string, Repository>();
  const broken: BrokenRepository[] = [];
  for (const name of definitionNames(settings)) {
    const file = join(settings.library, name);
    const read = readDefinitionFile(name, file);
    if ('definition' in read) repositories.set(name, read);
    else broken.push(read);
  }
  const pins = settings.pins === null ? new Map() : readExternalPins(settings.pins);
  return { settings, repositories, broken, pins };
}

/** The settings of a programme without its definitions. @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID */
export function openSettings(place: string): ProgrammeSettings {
  const folder = resolve(place);
  const file = join(folder, SETTINGS_FILE);
  const text = readText(file, MAX_SETTINGS_BYTES);
  if (typeof text === 'string') return readSettings(text, folder, file);
  if (text.reason !== 'missing') {
    throw new LibraryError('PROGRAMME_INVALID', `${file} ${text.reason}`, { subject: file });
  }
  const settings = defaultSettings(folder);
  if (!isFolder(settings.library)) {
    throw new LibraryError(
      'PROGRAMME_NOT_FOUND',
      `${folder} has neither ${SETTINGS_FILE} nor a folder "library"`,
      {
        subject: folder,
      },
    );
  }
  const pins = join(folder, DEFAULT_PINS);
  return { ...settings, name: basename(folder), pins: isFolder(pins) ? pins : null };
}

/**
 * A definition file as it is, or why it cannot be read. Messages quote definitions, so that a proposal with a link could have any
 * file of this machine told: links lead to files of the same folder.
 */
export function readDefinitionText(file: string): DefinitionText {
  return leadsOut(file)
    ? { reason: 'is a link that leads out of its folder' }
    : readText(file, MAX_DEFINITION_BYTES);
}

/** Reads one definition file. What is wrong with it is said, never thrown. */
export function readDefinitionFile(name: string, file: string): Repository | BrokenRepository {
  const definition = readDefinition(name, readDefinitionText(file));
  return isReadable(definition) ? { name, file, definition } : { name, file, ...definition };
}

/** Names of the definition files, sorted. @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID */
export function definitionNames({ library }: ProgrammeSettings): readonly string[] {
  if (!isFolder(library)) {
    throw new LibraryError('PROGRAMME_NOT_FOUND', `there is no folder of definitions at ${library}`, {
      subject: library,
    });
  }
  const names = readdirSync(library).filter((name) => !name.startsWith('.'));
  if (names.length > MAX_DEFINITIONS) {
    const message = `${library} has ${names.length} files; at most ${MAX_DEFINITIONS} are read`;
    throw new LibraryError('PROGRAMME_INVALID', message, { subject: library });
  }
  return names.sort();
}

function leadsOut(file: string): boolean {
  try {
    return !realpathSync(file).startsWith(`${realpathSync(dirname(file))}${sep}`);
  } catch {
    // who reads it says why it cannot be read
    return false;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readText(file: string, most: number): DefinitionText {
  let bytes: Buffer | null;
  try {
    bytes = readBoundedFile(file, most);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return { reason: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : `cannot be read (${code})` };
  }
  if (bytes === null) return { reason: `has more than ${most} bytes` };
  try {
    // upstream takes a byte order mark for a part of the first field's name
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { reason: 'is not UTF-8' };
  }
}
