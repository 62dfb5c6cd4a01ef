/**
 * Files of a git repository, through the program git: a bare repository without history, into which the newest commit is
 * fetched, which moves only what is new. Each file is a unit and its version the identifier of its content, so that what
 * differs is found whatever became of the commits between. There is no work tree, and nothing that a repository could have
 * run or redirect: no hooks, filters, submodules, other protocols, nor the user's own configuration.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createByteReader, type ByteReader } from '../../advisories/files/byte-reader.ts';
import { OciError } from '../../oci/errors.ts';
import { UpdateError } from '../errors.ts';
import { compareUnits } from './compare-units.ts';
import { MAX_RECORD_BYTES, type Fetcher, type FetchEvent, type FetchOrder } from './fetch-event.ts';
import { type GitSurroundings, startGit } from './git-process.ts';

const MAX_FILES = 2_000_000;

const LOCKS = ['HEAD.lock', 'config.lock', 'packed-refs.lock', 'shallow.lock', 'refs/hallmark/now.lock'];

export const fetchGit: Fetcher = (order) => fetchRepository(order, []);

/** @param protocols beside HTTPS: to allow a test what a user must not */
export async function* fetchRepository(
  order: FetchOrder,
  protocols: NonNullable<GitSurroundings['protocols']>,
): AsyncGenerator<FetchEvent, unknown> {
  const { upstream, report } = order;
  const [address = ''] = upstream.addresses;
  if (upstream.retrieval?.kind !== 'git') return null;
  if (order.offline) {
    const message = `${address} was not contacted: offline`;
    throw new OciError('OFFLINE', message, { subject: address });
  }
  const { branch, folders, endings } = upstream.retrieval;
  // beside the downloads, since it is kept for the next time
  const repository = join(dirname(order.folder), 'repository.git');
  const git = (args: readonly string[], input?: string) =>
    runGit(['--git-dir', repository, ...args], input, { ...order, protocols });
  report(address);
  if (!existsSync(join(repository, 'HEAD'))) {
    mkdirSync(repository, { recursive: true });
    await drain(git(['init', '--quiet', '--bare', '--template=']));
  }
  // left by a git that was killed: nobody else works here
  for (const lock of LOCKS) rmSync(join(repository, lock), { force: true });
  const reference = branch === null ? 'HEAD' : `refs/heads/${branch}`;
  await drain(
    git([
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--force',
      address,
      `+${reference}:refs/hallmark/now`,
    ]),
  );
  const isWanted = (path: string): boolean =>
    (folders.length === 0 || folders.some((folder) => path.startsWith(folder))) &&
    endings.some((ending) => path.endsWith(ending));
  const listed = new Map<string, string>();
  for await (const { path, blob } of listTree(
    git(['ls-tree', '-r', '-z', '--full-tree', 'refs/hallmark/now']),
  )) {
    if (!isWanted(path)) continue;
    listed.set(path, blob);
    if (listed.size > MAX_FILES) throw failed(address, `has more than ${MAX_FILES} files`);
  }
  if (listed.size === 0) throw failed(address, 'has none of the files that it should have');
  const { changed, gone } = compareUnits(listed, await order.known());
  for (const unit of gone) yield { kind: 'gone', unit };
  if (changed.length > 0) {
    const wanted = changed.map((path) => `${listed.get(path) ?? ''}\n`).join('');
    yield* readBlobs(git(['cat-file', '--batch'], wanted), changed, listed);
    // what older commits had, once there is enough of it
    await drain(git(['gc', '--auto', '--quiet', '--prune=now']));
  }
  return null;
}

/** `<mode> <type> <identifier>\t<path>\0`; links and submodules are left out. */
async function* listTree(
  output: AsyncIterable<Uint8Array>,
): AsyncIterable<{ readonly path: string; readonly blob: string }> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of output) {
    const entries = (rest + decoder.decode(chunk, { stream: true })).split('\0');
    rest = entries.pop() ?? '';
    for (const entry of entries) {
      const [, blob, path] = /^100\d{3} blob ([0-9a-f]{40,64})\t(.+)$/s.exec(entry) ?? [];
      if (blob !== undefined && path !== undefined) yield { path, blob };
    }
  }
}

/** `<identifier> blob <size>\n<content>\n` for each that was asked for. */
async function* readBlobs(
  output: AsyncIterable<Uint8Array>,
  paths: readonly string[],
  listed: ReadonlyMap<string, string>,
): AsyncIterable<FetchEvent> {
  const reader = createByteReader(output);
  try {
    for (const path of paths) {
      const version = listed.get(path) ?? '';
      const header = await readHeader(reader);
      const [, blob, size] = /^([0-9a-f]+) blob (\d{1,15})$/.exec(header) ?? [];
      if (blob !== version || size === undefined) throw failed(path, `git said ${header.slice(0, 100)}`);
      const sizeBytes = Number(size);
      if (sizeBytes > MAX_RECORD_BYTES) {
        for (let left = sizeBytes; left > 0; left -= MAX_RECORD_BYTES)
          await reader.read(Math.min(left, MAX_RECORD_BYTES));
        yield { kind: 'failed', unit: path, reason: `${path} is larger than ${MAX_RECORD_BYTES} bytes` };
      } else {
        const bytes = await reader.read(sizeBytes);
        if (bytes.length < sizeBytes) throw failed(path, 'is cut off');
        yield { kind: 'file', unit: path, version, file: { path, bytes }, mayBeOther: true };
      }
      await reader.read(1);
    }
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader): Promise<string> {
  const ahead = Buffer.from(await reader.peek(120));
  const end = ahead.indexOf(0x0a);
  const line = ahead.subarray(0, end === -1 ? ahead.length : end).toString('latin1');
  await reader.read(line.length + 1);
  return line;
}

/** Runs git and gives what it writes. */
async function* runGit(
  args: readonly string[],
  input: string | undefined,
  order: FetchOrder & Pick<GitSurroundings, 'protocols'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const process = startGit(args, order);
  process.input.end(input ?? '');
  try {
    yield* process.output;
    const { complaint } = await process.ended;
    order.signal.throwIfAborted();
    const command = args.find((arg) => /^(?:init|fetch|ls-tree|cat-file|gc)$/.test(arg)) ?? '';
    if (complaint !== '') throw failed(`git ${command}`, `failed: ${complaint}`);
  } finally {
    process.kill();
  }
}

async function drain(output: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of output);
}

function failed(what: string, reason: string): UpdateError {
  return new UpdateError('GIT_FAILED', `${what} ${reason}`.slice(0, 500), { subject: what });
}
