/** A programme as it is, or as it was at a commit: its definitions and pins. */
import type { Definition } from '../../definitions/definition.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { ExternalPins, Programme, ProgrammeSettings } from '../programme/programme.ts';
import { readDefinition, type UnreadableDefinition } from '../programme/read-definition.ts';
import {
  definitionsAt,
  filesAt,
  openDefinitionRepository,
  readTexts,
  resolveCommit,
  type DefinitionRepository,
} from '../tags/definition-repository.ts';
import type { GitSurroundings } from '../../updates/upstream/git-process.ts';

export interface Revision {
  /** For people: a commit, a folder. */
  readonly name: string;
  /** A definition that cannot be read is there by its problems. */
  readonly definitions: ReadonlyMap<string, Definition | UnreadableDefinition>;
  readonly pins: ExternalPins;
}

/** A programme as its folder has it now. */
export function revisionOf({ settings, repositories, broken, pins }: Programme): Revision {
  return {
    name: settings.folder,
    definitions: new Map<string, Definition | UnreadableDefinition>([
      ...[...repositories].map(([name, { definition }]) => [name, definition] as const),
      ...broken.map(({ name, problems }) => [name, { problems }] as const),
    ]),
    pins,
  };
}

/** @throws {LibraryError} SOURCE_REPOSITORY_FAILED, GIT_MISSING */
export async function revisionAt(
  settings: Pick<ProgrammeSettings, 'library' | 'pins'>,
  revision: string,
  surroundings: GitSurroundings,
): Promise<Revision> {
  const library = await openDefinitionRepository(settings.library, surroundings);
  const commit = await resolveCommit(library, revision);
  return {
    name: `${revision} (${commit.slice(0, 12)})`,
    definitions: await readDefinitions(library, commit),
    pins: settings.pins === null ? new Map() : await readPins(settings.pins, commit, surroundings),
  };
}

async function readDefinitions(
  library: DefinitionRepository,
  commit: string,
): Promise<Revision['definitions']> {
  const definitions = new Map<string, Definition | UnreadableDefinition>();
  for await (const { name, text } of definitionsAt(library, commit))
    definitions.set(name, readDefinition(name, text));
  return definitions;
}

/** As `readExternalPins` does from a folder; what holds no digest is no pin. */
async function readPins(
  folder: string,
  commit: string,
  surroundings: GitSurroundings,
): Promise<ExternalPins> {
  const repository = await openDefinitionRepository(folder, surroundings);
  const files = [...(await filesAt(repository, commit))].filter(([path]) => /\/.*___/.test(path));
  const pins = new Map<string, Digest>();
  const texts = readTexts(
    repository,
    files.map(([, blob]) => blob),
  );
  for (const [path] of files) {
    const { value } = await texts.next();
    const digest = typeof value?.text === 'string' ? value.text.trim() : '';
    if (isDigest(digest)) pins.set(path.replace('___', ':').replace(/^library\//, ''), digest);
  }
  return pins;
}
