import { formatDefinitions, toDefinitionsDocument } from '../../library/listing/definition-documents.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { chosenDefinitions, type DefinitionFlags, tellBroken } from '../library/chosen-definitions.ts';
import type { Terminal } from '../terminal.ts';

const FORMATS = ['terminal', 'json'] as const;

/** Prints definitions. Exit status 3 when one of them cannot be read; the others are printed. */
export function catDefinitions(
  references: readonly string[],
  flags: DefinitionFlags,
  terminal: Terminal,
): ExitStatus {
  const targets = parseTargets(flags.format, FORMATS);
  const { chosen, broken } = chosenDefinitions(references, flags, terminal);
  const print = (text: string) => (terminal.stdout.isTTY === true ? escapeLines(text) : text);
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(toDefinitionsDocument(chosen)) : print(formatDefinitions(chosen)),
    terminal.stdout,
  );
  return tellBroken(broken, terminal);
}

const escapeLines = (text: string) => text.split('\n').map(escapeTerminal).join('\n');
