import type { JsonObject } from '../../../formats/json.ts';
import { boundedText } from '../../evidence.ts';
import { isNpmName, licencesOf, personOf, requirementsOf, textOf } from './npm-fields.ts';

/** The manifest of an installed module. */
export type NpmModule = {
  readonly name: string;
  /** Empty when the manifest has none. */
  readonly version: string;
  readonly licences: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly dependencies: readonly string[];
};

/**
 * What a module's `package.json` says of it.
 *
 * @param directoryName stands in for a name that is missing
 * @returns null without a usable name
 */
export function toNpmModule(manifest: JsonObject, directoryName: string | null): NpmModule | null {
  const name = textOf(manifest['name']) ?? directoryName ?? '';
  if (!isNpmName(name)) return null;
  return {
    name,
    version: textOf(manifest['version'], 256) ?? '',
    licences: licencesOf(manifest),
    author: personOf(manifest['author']),
    description: boundedText(textOf(manifest['description']), 500),
    homepage: textOf(manifest['homepage']),
    dependencies: requirementsOf(manifest['dependencies']),
  };
}
