import { escapeTerminal } from '../../report/escape.ts';

export interface LogPrinter {
  /** A part of a log; lines may be parted anywhere. */
  readonly print: (text: string) => void;
  /** What is left without an end of its line. */
  readonly end: () => void;
}

/** What is held back of a line that does not end, in UTF-16 code units. */
const MAX_LINE = 64 * 1024;

/** ECMA-48, "SGR": colours and the like, with which many programs fill their logs. */
// oxlint-disable-next-line no-control-regex -- it is what is looked for
const COLOURS = /\u{1b}\[[\d;:]*m/gu;

/**
 * Passes a log on line by line, so that nothing in it can act on a terminal: colours are left out, tabs stay, a carriage return begins a
 * new line, and everything else that is not text is written as what it is.
 */
export function createLogPrinter(write: (text: string) => void): LogPrinter {
  let held = '';

  function print(text: string): void {
    const lines = (held + text).split('\n');
    held = lines.pop() ?? '';
    if (lines.length > 0) write(lines.map((line) => `${safeLine(line)}\n`).join(''));
    if (held.length > MAX_LINE) end();
  }

  function end(): void {
    if (held !== '') write(`${safeLine(held)}\n`);
    held = '';
  }

  return { print, end };
}

function safeLine(line: string): string {
  return line
    .replace(COLOURS, '')
    .replace(/\r+$/, '')
    .split(/\r+/)
    .map((part) => part.split('\t').map(escapeTerminal).join('\t'))
    .join('\n');
}
