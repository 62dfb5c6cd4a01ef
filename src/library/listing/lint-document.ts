/** What `hallmark library lint` writes for programs. */
import { z } from 'zod';
import type { LintedFile } from './lint-files.ts';

export const LintDocument = z
  .object({
    schema: z.literal('hallmark.definition-lint/1'),
    errors: z.number().int(),
    warnings: z.number().int(),
    files: z
      .array(
        z
          .object({
            repository: z.string(),
            file: z.string(),
            diagnostics: z
              .array(
                z
                  .object({
                    rule: z.string(),
                    severity: z.enum(['error', 'warning']),
                    line: z.number().int(),
                    column: z.number().int(),
                    /** First tag of the entry. */
                    entry: z.string().nullable(),
                    message: z.string(),
                    remedy: z.string(),
                  })
                  .readonly(),
              )
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type LintDocument = z.infer<typeof LintDocument>;

export function toLintDocument(linted: readonly LintedFile[]): LintDocument {
  const files = linted.map(({ name, file, diagnostics }) => ({ repository: name, file, diagnostics }));
  const all = files.flatMap(({ diagnostics }) => diagnostics);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  return { schema: 'hallmark.definition-lint/1', errors, warnings: all.length - errors, files };
}

/**
 * A command of a workflow for each diagnostic, which GitHub shows beside the line. docs.github.com, "Workflow commands for
 * GitHub Actions", and actions/toolkit, `packages/core/src/command.ts`, for what is escaped.
 *
 * @param place of a file as the repository knows it
 */
export function formatWorkflowCommands(
  linted: readonly LintedFile[],
  place: (file: string) => string,
): string {
  return linted
    .flatMap(({ file, diagnostics }) =>
      diagnostics.map(({ severity, line, column, rule, message, remedy }) => {
        const where = `file=${property(place(file))},line=${line},col=${column},title=${property(rule)}`;
        return `::${severity} ${where}::${data(`${message}. ${remedy}`)}\n`;
      }),
    )
    .join('');
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
