import { askProgram, type ProgramLimits, type ProgramQuestion } from '../../programs/ask-program.ts';
import { SigningError } from '../errors.ts';

/** A device may ask somebody to touch it. */
export const PROGRAM_LIMITS: ProgramLimits = { timeoutMs: 60_000, outputBytes: 1024 * 1024 };

/** Enough of what a program complains about to understand it. */
const SHOWN_COMPLAINT = 500;

export interface KeyProgramAnswer {
  /** Null where a signal ended it. */
  readonly exit: number | null;
  readonly stdout: Buffer;
  /** The last lines, for messages. */
  readonly complaint: string;
}

/**
 * Asks a program that has a key.
 *
 * @throws {SigningError} SIGNING_PROGRAM_MISSING, SIGNING_PROGRAM_FAILED when it takes too long or writes too much
 */
export async function runKeyProgram(question: ProgramQuestion): Promise<KeyProgramAnswer> {
  const { program } = question;
  const answer = await askProgram(question);
  switch (answer.kind) {
    case 'answered': {
      const { exit, stdout, stderr } = answer;
      return { exit, stdout, complaint: stderr.toString('utf8').trim().slice(-SHOWN_COMPLAINT) };
    }
    case 'exceeded':
      throw new SigningError('SIGNING_PROGRAM_FAILED', `${program} ${answer.because}`, { subject: program });
    case 'not-started': {
      const { isMissing, because, cause } = answer;
      const code = isMissing ? 'SIGNING_PROGRAM_MISSING' : 'SIGNING_PROGRAM_FAILED';
      throw new SigningError(code, `${program} ${because}`, { subject: program, cause });
    }
  }
}
