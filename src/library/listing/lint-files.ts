import { type Diagnostic, diagnostic, startOf } from '../../definitions/lint/diagnostic.ts';
import { lintDefinition } from '../../definitions/lint/lint-definition.ts';
import { readDefinitionFile, readDefinitionText } from '../programme/open-programme.ts';
import { entriesNamed } from './choose-definitions.ts';
import type { DefinitionFile } from './definition-files.ts';

export interface LintedFile extends DefinitionFile {
  /** In the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Strict reading of files; of one that was named with a tag only what is about its entries or about the whole file.
 *
 * @throws {LibraryError} DEFINITION_NOT_FOUND for a tag that is not there
 */
export function lintFiles(files: readonly DefinitionFile[]): readonly LintedFile[] {
  return files.map((file) => {
    const text = readDefinitionText(file.file);
    const diagnostics =
      typeof text === 'string'
        ? lintDefinition(text, file)
        : [diagnostic('unreadable', null, startOf({ line: 1 }), `the file ${text.reason}`)];
    return { ...file, diagnostics: file.tag === null ? diagnostics : diagnosticsOfTag(diagnostics, file) };
  });
}

function diagnosticsOfTag(diagnostics: readonly Diagnostic[], { name, file, tag }: DefinitionFile) {
  const repository = readDefinitionFile(name, file);
  // where tags cannot be told, everything is about all of them
  if (!('definition' in repository)) return diagnostics;
  const tags = new Set(entriesNamed(repository, tag).flatMap((entry) => entry.tags));
  return diagnostics.filter(({ entry }) => entry === null || tags.has(entry));
}
