import { lintFiles } from '../../library/listing/lint-files.ts';
import { definitionFiles } from '../../library/listing/definition-files.ts';
import { readDefinitionFile } from '../../library/programme/open-programme.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import type { Terminal } from '../terminal.ts';
import { placesOf } from './chosen-definitions.ts';
import type { ProgrammeFlags } from './programme-option.ts';

/** Definitions of which a mistake is told; the rest is counted. */
const MOST_TOLD = 5;

/**
 * Tells on standard error what strict reading finds wrong in definitions that are acted on all the same, as bashbrew would: a field
 * with a wrong name is ignored, and an image is missing of which nobody hears. Those that cannot be read at all are told elsewhere.
 *
 * @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID
 */
export function tellMistakes(flags: ProgrammeFlags, terminal: Terminal): void {
  const mistaken = lintFiles(definitionFiles([], placesOf(flags, terminal))).flatMap(
    ({ name, file, diagnostics }) => {
      const [first, ...others] = diagnostics.filter(({ severity }) => severity === 'error');
      if (first === undefined || !('definition' in readDefinitionFile(name, file))) return [];
      const more = others.length === 0 ? '' : `; and ${plural(others.length, 'more', 'more')}`;
      return [`${name}, line ${first.line}: ${first.message}${more}`];
    },
  );
  if (mistaken.length === 0) return;
  const more = mistaken.length - MOST_TOLD;
  for (const line of mistaken.slice(0, MOST_TOLD)) terminal.stderr.write(`MISTAKE ${escapeTerminal(line)}\n`);
  const rest = more > 0 ? `${plural(more, 'more definition', 'more definitions')} with mistakes; ` : '';
  terminal.stderr.write(`${rest}see "hallmark library lint"\n`);
}
