/** What a program says of itself. */
import { LibraryError } from '../../errors.ts';
import { createBuildLog } from '../build-log.ts';
import { type BuilderRun, runBuilder } from './run-builder.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
const ANSWER_MS = 30_000;

/**
 * Its standard output, as text.
 *
 * @throws {LibraryError} ENGINE_MISSING when it cannot be asked, whatever the reason
 */
export async function programAnswer(
  run: Pick<BuilderRun, 'program' | 'args' | 'folder' | 'environment'>,
): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const onAnswer = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= MAX_ANSWER_BYTES) parts.push(chunk);
  };
  const log = createBuildLog(() => undefined);
  try {
    await runBuilder({ ...run, log, onAnswer, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (cause) {
    if (!(cause instanceof LibraryError) || cause.code === 'ENGINE_MISSING') throw cause;
    throw new LibraryError('ENGINE_MISSING', cause.message, { subject: run.program, cause });
  }
  return Buffer.concat(parts).toString('utf8');
}
