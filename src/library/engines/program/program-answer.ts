/** What a program says of itself. */
import { askProgram, type ProgramLimits, type ProgramQuestion } from '../../../programs/ask-program.ts';
import { LibraryError } from '../../errors.ts';

const LIMITS: ProgramLimits = { timeoutMs: 30_000, outputBytes: 64 * 1024 };

/**
 * Its standard output, as text.
 *
 * @throws {LibraryError} ENGINE_MISSING when it cannot be asked, whatever the reason
 */
export async function programAnswer(question: Omit<ProgramQuestion, 'limits'>): Promise<string> {
  const { program } = question;
  const answer = await askProgram({ ...question, limits: LIMITS });
  if (answer.kind === 'answered' && answer.exit === 0) return answer.stdout.toString('utf8');
  const message = `the program ${program} ${
    answer.kind === 'answered' ? failure(answer.exit, answer.stderr) : answer.because
  }`;
  throw new LibraryError('ENGINE_MISSING', message, {
    subject: program,
    cause: answer.kind === 'not-started' ? answer.cause : undefined,
  });
}

function failure(exit: number | null, stderr: Buffer): string {
  const said = stderr.toString('utf8').trim().split('\n').at(-1)?.slice(-500) ?? '';
  return `${exit === null ? 'was ended by a signal' : `ended with status ${exit}`}${said === '' ? '' : `: ${said}`}`;
}
