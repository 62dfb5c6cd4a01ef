/**
 * Objects of a git repository, read by one long-lived `git cat-file --batch`: a request is a line with an identifier, the
 * answer a line with type and size, the content, and a line feed. Requests are answered one after the other.
 *
 * Git believes its own files, and who can write there may put another content under an identifier. So each object is held against its
 * identifier as it is read.
 */
import { createHash } from 'node:crypto';
import { createByteReader } from '../../advisories/files/byte-reader.ts';
import { type GitSurroundings, startGit } from '../../updates/upstream/git-process.ts';
import { gitFailed } from './git-failure.ts';
import { isObjectId } from './git-objects.ts';

export type GitObjectType = 'commit' | 'tree' | 'blob';

/** Takes an object as it is read, and is to keep nothing of one whose reading fails. What it waits for, the reader waits for. */
export interface ObjectSink {
  begin?(sizeBytes: number): void | Promise<void>;
  chunk(bytes: Uint8Array): void | Promise<void>;
}

export interface ObjectReader {
  /** False when there is no such object, or it is of another type. @throws {LibraryError} SOURCE_REPOSITORY_FAILED, GIT_MISSING */
  stream(id: string, type: GitObjectType, sink: ObjectSink): Promise<boolean>;
  close(): Promise<void>;
}

const PART_BYTES = 256 * 1024;
/** Type, size and spaces. */
const LONGEST_REST = 30;

/** Git is started with the first request. @param folder a bare repository */
export function createObjectReader(folder: string, surroundings: GitSurroundings): ObjectReader {
  let running: ReturnType<typeof start> | null = null;
  let previous: Promise<unknown> = Promise.resolve();

  function start() {
    const process = startGit(['--git-dir', folder, 'cat-file', '--batch'], surroundings);
    return { process, reader: createByteReader(process.output) };
  }

  async function answer(id: string, type: GitObjectType, sink: ObjectSink): Promise<boolean> {
    surroundings.signal.throwIfAborted();
    running ??= start();
    const { process, reader } = running;
    process.input.write(`${id}\n`);
    const [found, foundType, size] = (await readLine()).split(' ');
    if (found !== id) throw gitFailed(folder, `git answered for ${found ?? ''} in place of ${id}`);
    if (foundType === 'missing') return false;
    const sizeBytes = Number(size);
    if (!Number.isSafeInteger(sizeBytes)) throw gitFailed(folder, `git told no size of ${id}`);
    const isWanted = foundType === type;
    // gitformat-pack(5) and the transition to SHA-256: the identifier is that of the object with its header
    const hash = createHash(id.length === 40 ? 'sha1' : 'sha256').update(`${foundType} ${sizeBytes}\0`);
    if (isWanted) await sink.begin?.(sizeBytes);
    for (let left = sizeBytes; left > 0;) {
      const bytes = await reader.read(Math.min(left, PART_BYTES));
      if (bytes.length === 0) throw await endedEarly();
      left -= bytes.length;
      hash.update(bytes);
      if (isWanted) await sink.chunk(bytes);
    }
    await reader.read(1);
    if (hash.digest('hex') !== id)
      throw gitFailed(folder, `the ${foundType} ${id} has another content than its identifier says`);
    return isWanted;

    async function readLine(): Promise<string> {
      // the shortest answers there are: `<id> missing` and an empty blob
      let length = id.length + ' missing\n'.length;
      for (;;) {
        const ahead = await reader.peek(length);
        if (ahead.length < length) throw await endedEarly();
        const end = ahead.indexOf(0x0a);
        if (end !== -1) return Buffer.from(await reader.read(end + 1)).toString('latin1', 0, end);
        if (length > id.length + LONGEST_REST) throw gitFailed(folder, `git gave no answer for ${id}`);
        length += 1;
      }
    }

    async function endedEarly(): Promise<Error> {
      const end = await process.ended;
      surroundings.signal.throwIfAborted();
      return gitFailed(folder, end.complaint || 'git ended early', end.isMissing);
    }
  }

  return {
    stream(id, type, sink) {
      if (!isObjectId(id)) return Promise.resolve(false);
      const result = previous.then(() => answer(id, type, sink));
      previous = result.catch(() => {
        // where in an answer git is now cannot be told: the next request asks another one
        running?.process.kill();
        running = null;
      });
      return result;
    },
    async close() {
      await previous;
      running?.process.input.end();
      await running?.process.ended;
      running = null;
    },
  };
}
