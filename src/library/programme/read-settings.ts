import { resolve } from 'node:path';
import { type Architecture, ARCHITECTURE_NAMES, ARCHITECTURES } from '../../definitions/architectures.ts';
import { fieldsOfSchema, nearestName } from '../../formats/nearest-name.ts';
import { readYamlFile } from '../../formats/yaml-file.ts';
import { LibraryError } from '../errors.ts';
import type { ProgrammeSettings, RepositoryRules, SigningRole } from './programme.ts';
import { DEFAULT_RULES, ProgrammeFile, programmeJsonSchema, type StatedRules } from './settings-schema.ts';

/**
 * Reads `programme.yaml`.
 *
 * @param folder of the file, to which paths in it are relative; absolute
 * @param name of the file, for messages
 * @throws {LibraryError} PROGRAMME_INVALID, with line and column of each fault
 */
export function readSettings(text: string, folder: string, name: string): ProgrammeSettings {
  const { value } = readYamlFile(text, ProgrammeFile, {
    name,
    error: (message, details) => new LibraryError('PROGRAMME_INVALID', message, details),
    nearest: (field) =>
      architectureCalled(field) ??
      nearestName(field, [...fieldsOfSchema(programmeJsonSchema()), ...ARCHITECTURE_NAMES]),
  });
  return toSettings(value, folder);
}

/** Everybody but definitions says arm64. Null for what may be several, as arm. */
function architectureCalled(name: string): Architecture | null {
  const [found, ...others] = ARCHITECTURE_NAMES.filter((architecture) => {
    const { platform, dpkg } = ARCHITECTURES[architecture];
    return platform.architecture === name || dpkg === name;
  });
  return others.length === 0 ? (found ?? null) : null;
}

/** Those of a folder that has definitions and no `programme.yaml`. */
export function defaultSettings(folder: string): ProgrammeSettings {
  return toSettings(ProgrammeFile.parse({ schema: 'hallmark.programme/1' }), folder);
}

function toSettings(file: ProgrammeFile, folder: string): ProgrammeSettings {
  const at = (path: string) => resolve(folder, path);
  const maybeAt = (path: string | null) => (path === null ? null : at(path));
  const rules = toRules(file.rules, DEFAULT_RULES);
  const role = ({ credentials, key }: SigningRole) => ({
    credentials: maybeAt(credentials),
    key: key === null || key.includes(':') ? key : at(key),
  });
  const { schema: _, repositories, roles, git, ...rest } = file;
  return {
    ...rest,
    folder,
    library: at(file.library),
    pins: maybeAt(file.pins),
    documents: maybeAt(file.documents),
    tests: maybeAt(file.tests),
    state: at(file.state),
    logs: { keep: file.logs.keep === 'forever' ? null : file.logs.keep },
    pages: file.pages === null ? null : { ...file.pages, folder: at(file.pages.folder) },
    feeds:
      file.feeds === null
        ? null
        : { folder: at(file.feeds.folder), address: file.feeds.address?.replace(/\/*$/, '/') ?? null },
    git: {
      // what follows the start is put behind it as it is: a slash at its end counts
      rewrites: git.rewrites.map(({ from, to }) => ({
        from,
        to: isAddress(to) ? to : `${at(to)}${to.endsWith('/') ? '/' : ''}`,
      })),
      timeoutSeconds: git.timeout,
    },
    roles: {
      builder: { credentials: maybeAt(roles.builder.credentials) },
      verifier: { ...role(roles.verifier), publicKey: maybeAt(roles.verifier.publicKey) },
      publisher: role(roles.publisher),
    },
    rules,
    repositoryRules: Object.fromEntries(
      Object.entries(repositories).map(([repository, stated]) => [repository, toRules(stated, rules)]),
    ),
  };
}

/** As git takes it: a URL, or the short form of ssh. */
const isAddress = (text: string) => /^[a-z][a-z0-9+]*:\/\//.test(text) || /^[^/]+@[^/]+:/.test(text);

function toRules(stated: StatedRules, otherwise: RepositoryRules): RepositoryRules {
  const { maximumAge = otherwise.maximumAge, tagValidity = otherwise.tagValidity } = stated;
  return {
    requiredArchitectures: stated.requiredArchitectures ?? otherwise.requiredArchitectures,
    publishDeadline: stated.publishDeadline ?? otherwise.publishDeadline,
    maximumAge: maximumAge === 'never' ? null : maximumAge,
    settle: stated.settle ?? otherwise.settle,
    buildTimeout: stated.buildTimeout ?? otherwise.buildTimeout,
    datedTags: stated.datedTags ?? otherwise.datedTags,
    tagValidity: tagValidity === 'none' ? null : tagValidity,
  };
}
