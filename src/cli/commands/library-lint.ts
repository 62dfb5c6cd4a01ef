import { isAbsolute, relative, sep } from 'node:path';
import { definitionFiles } from '../../library/listing/definition-files.ts';
import { formatWorkflowCommands, toLintDocument } from '../../library/listing/lint-document.ts';
import { type LintedFile, lintFiles } from '../../library/listing/lint-files.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { placesOf } from '../library/chosen-definitions.ts';

export interface LintFlags extends ProgrammeFlags {
  readonly format: readonly string[];
}

const FORMATS = ['terminal', 'json', 'github'] as const;

/** Checks definitions strictly. Exit status 2 when there are errors. */
export function lintDefinitions(
  references: readonly string[],
  flags: LintFlags,
  terminal: Terminal,
): ExitStatus {
  const targets = parseTargets(flags.format, FORMATS);
  const linted = lintFiles(definitionFiles(references, placesOf(flags, terminal)));
  const document = toLintDocument(linted);
  const place = (file: string) => nearPath(file, terminal.workingDirectory);
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) => {
      if (format === 'json') return formatJson(document);
      if (format === 'github') return formatWorkflowCommands(linted, place);
      return formatLint(linted, document, place, style);
    },
    terminal.stdout,
  );
  return document.errors > 0 ? 2 : 0;
}

function formatLint(
  linted: readonly LintedFile[],
  { errors, warnings }: { readonly errors: number; readonly warnings: number },
  place: (file: string) => string,
  style: Style,
): string {
  const lines = linted.flatMap(({ file, diagnostics }) =>
    diagnostics.map(({ severity, line, column, rule, message, remedy }) => {
      const where = style.paint('bold', escapeTerminal(`${place(file)}:${line}:${column}`));
      const kind = style.paint(severity === 'error' ? 'red' : 'yellow', severity);
      return `${where} ${kind} ${escapeTerminal(message)} [${rule}]\n  ${escapeTerminal(remedy)}\n`;
    }),
  );
  const found = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  return `${lines.join('')}${plural(linted.length, 'definition')}: ${found}\n`;
}

/** Relative to the working directory when it is inside of it. */
function nearPath(file: string, workingDirectory: string): string {
  const path = relative(workingDirectory, file);
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? file : path;
}
