import { HallmarkError, type ErrorDetails, type ErrorTable, type ExitStatus } from '../model/errors.ts';
import { escapeTerminal } from '../report/escape.ts';

export const CLI_ERRORS = {
  USAGE: {
    exit: 3,
    means: 'The command line cannot be understood.',
    remedy: 'Run the command with --help.',
  },
  OUTPUT_FAILED: {
    exit: 1,
    means: 'A report could not be written to the file that was named.',
    remedy: 'Check that the folder exists and can be written to.',
  },
  FINDING_UNKNOWN: {
    exit: 3,
    means: 'The identifier given to explain is not one.',
    remedy: 'Give a CVE, GHSA or distribution identifier as scan prints it.',
  },
  BASE_UNKNOWN: {
    exit: 4,
    means: "Nothing tells the layers of the base image from the image's own.",
    remedy: 'Index the image that it was built on with "hallmark base-index build", and try again.',
  },
  INTERRUPTED: {
    exit: 1,
    means: 'The command was stopped before it had an answer.',
    remedy: 'Run it again: what was done so far is kept.',
  },
} as const satisfies ErrorTable;

export class CliError extends HallmarkError {
  override readonly name = 'CliError';
  constructor(code: keyof typeof CLI_ERRORS, message: string, details?: ErrorDetails) {
    super(code, CLI_ERRORS[code], message, details);
  }
}

export interface FormattedError {
  readonly text: string;
  readonly exit: ExitStatus;
}

/** Three lines for people: code and message, the cause where that does not name it, and what to do. */
export function formatError(error: unknown): FormattedError {
  if (error instanceof HallmarkError) {
    const cause = error.cause instanceof Error ? error.cause.message : '';
    const because = error.message.includes(cause) ? '' : `  cause: ${oneLine(cause)}\n`;
    return {
      text: `hallmark: ${error.code}: ${oneLine(error.message)}\n${because}  ${oneLine(error.remedy)}\n`,
      exit: error.exit,
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    text:
      `hallmark: INTERNAL: ${oneLine(message)}\n` +
      '  This is a fault of Hallmark: please report it. HALLMARK_DEBUG=1 prints where it happened.\n',
    exit: 1,
  };
}

const oneLine = (text: string) => escapeTerminal(text.replace(/\s*\n\s*/g, '; ')).slice(0, 2000);
