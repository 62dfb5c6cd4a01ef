import { type NotStarted, type ProgramRun, runProgram } from './run-program.ts';

export interface ProgramLimits {
  readonly timeoutMs: number;
  /** Of standard output and of standard error each. */
  readonly outputBytes: number;
}

export interface ProgramQuestion extends Omit<ProgramRun, 'onOutput' | 'onComplaint'> {
  readonly limits: ProgramLimits;
}

export type ProgramAnswer =
  | {
      readonly kind: 'answered';
      /** Null where a signal ended it. */
      readonly exit: number | null;
      readonly stdout: Buffer;
      readonly stderr: Buffer;
    }
  /** It took too long, or wrote too much: goes behind its name. */
  | { readonly kind: 'exceeded'; readonly because: string }
  | NotStarted;

/**
 * Asks a program something and hears its whole answer. It is ended when it goes beyond a limit.
 *
 * @throws the signal's reason, once the program has ended
 */
export async function askProgram({ limits, ...run }: ProgramQuestion): Promise<ProgramAnswer> {
  run.signal?.throwIfAborted();
  const { timeoutMs, outputBytes } = limits;
  const ending = new AbortController();
  let exceeded: string | null = null;
  const exceed = (because: string): void => {
    exceeded ??= because;
    ending.abort();
  };
  const gather = (parts: Buffer[]) => {
    let bytes = 0;
    return (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= outputBytes) parts.push(chunk);
      else exceed(`wrote more than ${outputBytes} bytes`);
    };
  };
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  const timer = setTimeout(() => exceed(`gave no answer within ${timeoutMs / 1000} seconds`), timeoutMs);
  try {
    const end = await runProgram({
      ...run,
      onOutput: gather(stdout),
      onComplaint: gather(stderr),
      signal: run.signal === undefined ? ending.signal : AbortSignal.any([run.signal, ending.signal]),
    });
    run.signal?.throwIfAborted();
    if (end.kind === 'not-started') return end;
    if (exceeded !== null) return { kind: 'exceeded', because: exceeded };
    return {
      kind: 'answered',
      exit: end.exit,
      stdout: Buffer.concat(stdout),
      stderr: Buffer.concat(stderr),
    };
  } finally {
    clearTimeout(timer);
  }
}
