/** What git writes, as text. */
import { gitFailed } from './git-failure.ts';

/** All of it. @throws {LibraryError} SOURCE_REPOSITORY_FAILED when it has more bytes than `most` */
export async function textOf(output: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of output) {
    size += chunk.length;
    if (size > most) throw gitFailed('git', `it wrote more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In characters: far above every path. Each part that comes is put to the line before, so that an endless one would cost its square. */
const LONGEST_LINE = 1024 * 1024;

/** Line by line, without the line feeds. @throws {LibraryError} SOURCE_REPOSITORY_FAILED for one that is too long */
export async function* linesOf(output: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of output) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE)
      throw gitFailed('git', `it wrote a line of more than ${LONGEST_LINE} characters`);
    yield* lines;
  }
  if (rest !== '') yield rest;
}
