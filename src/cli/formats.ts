import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { CliError } from './errors.ts';
import type { Writer } from './terminal.ts';

/** One `--format NAME[=FILE]`. */
export interface OutputTarget<Format extends string> {
  readonly format: Format;
  /** Null: standard output. */
  readonly file: string | null;
}

/**
 * Reads the values of a repeated `--format`; the first of `formats` is the default. At most one may go to standard
 * output, where two would run into each other.
 *
 * @throws {CliError} USAGE
 */
export function parseTargets<Format extends string>(
  values: readonly string[],
  formats: readonly [Format, ...Format[]],
): readonly OutputTarget<Format>[] {
  if (values.length === 0) return [{ format: formats[0], file: null }];
  const targets = values.map((value) => {
    const equals = value.indexOf('=');
    const name = equals === -1 ? value : value.slice(0, equals);
    const format = formats.find((candidate) => candidate === name);
    if (format === undefined) {
      throw new CliError('USAGE', `unknown format ${JSON.stringify(name)}`, {
        remedy: `Use ${formats.join(', ')}, each alone or as NAME=FILE.`,
      });
    }
    const file = equals === -1 ? null : value.slice(equals + 1);
    if (file === '') throw new CliError('USAGE', `--format ${name}= names no file`);
    return { format, file };
  });
  if (targets.filter((target) => target.file === null).length > 1) {
    throw new CliError('USAGE', 'more than one format would go to standard output', {
      remedy: 'Give all but one of them a file: --format json=report.json.',
    });
  }
  return targets;
}

/**
 * Writes each target's text: files whole or not at all, standard output last.
 *
 * @throws {CliError} OUTPUT_FAILED
 */
export function writeTargets<Format extends string>(
  targets: readonly OutputTarget<Format>[],
  render: (format: Format) => string,
  stdout: Writer,
): void {
  for (const { format, file } of targets) if (file !== null) writeFile(file, render(format));
  for (const { format, file } of targets) if (file === null) stdout.write(render(format));
}

function writeFile(file: string, text: string): void {
  try {
    // a pipe, a terminal or /dev/null must be written to, not replaced by a file
    const isSpecial = statSync(file, { throwIfNoEntry: false })?.isFile() === false;
    if (isSpecial) writeFileSync(file, text);
    else replaceFile(file, text);
  } catch (cause) {
    throw new CliError('OUTPUT_FAILED', `cannot write ${file}`, { subject: file, cause });
  }
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
