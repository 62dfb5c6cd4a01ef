import { createStyle, type Style } from '../report/style.ts';
import type { ExitStatus } from '../model/errors.ts';
import type { Environment } from '../assess/directories.ts';
import type { Ask } from './ask.ts';

/** Called with the status that a command's action returned. */
export type Finish = (status: ExitStatus) => void;

/** The process's surroundings as the commands see them; tests make their own. */
export interface Terminal {
  readonly environment: Environment;
  /** Absolute. */
  readonly workingDirectory: string;
  /** Absent where nothing can be read. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Absent where nobody can be asked: standard input or standard error is no terminal. */
  readonly ask?: Ask;
}

export interface Writer {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const WIDTH_WITHOUT_TERMINAL = 120;

/** Colour only on a terminal, unless NO_COLOR forbids or FORCE_COLOR asks for it (no-color.org, force-color.org). */
export function styleFor(writer: Writer, environment: Environment): Style {
  const forced = environment['FORCE_COLOR'];
  const forbidden = environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '';
  const colour = forced === undefined || forced === '' ? writer.isTTY === true && !forbidden : forced !== '0';
  return createStyle({ colour, width: Math.max(60, writer.columns ?? WIDTH_WITHOUT_TERMINAL) });
}

/** When a document is issued: `SOURCE_DATE_EPOCH` (reproducible-builds.org) where it is set, else now; RFC 3339 without fractions. */
export function issueDate({ environment, now }: Pick<Terminal, 'environment' | 'now'>): string {
  const epoch = environment['SOURCE_DATE_EPOCH'];
  const milliseconds = epoch !== undefined && /^\d{1,11}$/.test(epoch) ? Number(epoch) * 1000 : now();
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
