import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';

/** Asks whoever sits at the terminal, and answers with the line that they type; `isSecret` shows none of it. */
export type Ask = (question: string, options: { readonly isSecret: boolean }) => Promise<string>;

/** Questions go to standard error, since standard output may be read by a program. */
export function askOn(input: ReadStream, output: WriteStream, signal: AbortSignal): Ask {
  return async (question, { isSecret }) => {
    output.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input, output: isSecret ? silent : output, terminal: true });
    // readline takes an interrupt for itself; it is meant for the whole command
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      return await lines.question('', { signal });
    } finally {
      lines.close();
      if (isSecret) output.write('\n');
    }
  };
}
