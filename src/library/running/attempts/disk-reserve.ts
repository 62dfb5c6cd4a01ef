/**
 * Nothing keeps the steps of a build from writing as much as the disk takes, on which the state and all other builds lie as well. So each
 * build is ended before nothing is left: the room comes back with its folder.
 */
import { statfs } from 'node:fs/promises';
import { systemErrorCode } from '../../../oci/sources/host-file.ts';
import { LibraryError } from '../../errors.ts';

/** Enough for the ledger and the logs, and for what a fast disk takes between two looks. */
const RESERVE_BYTES = 512 * 1024 * 1024;
const LOOK_MS = 250;

export interface DiskReserve extends Disposable {
  /** Aborted, with BUILD_FAILED as its reason, when less is left. */
  readonly signal: AbortSignal;
}

export interface DiskLooks {
  /** What is left for files below a folder, in bytes. */
  readonly freeBytes: (folder: string) => Promise<number>;
  readonly everyMs: number;
}

const OF_THIS_MACHINE: DiskLooks = {
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  everyMs: LOOK_MS,
};

/** Watches the disk that a folder is on, at once and until it is disposed of. */
export function watchDisk(folder: string, { freeBytes, everyMs }: DiskLooks = OF_THIS_MACHINE): DiskReserve {
  const ending = new AbortController();
  const look = async (): Promise<void> => {
    try {
      const free = await freeBytes(folder);
      if (free < RESERVE_BYTES) ending.abort(tooLittle(folder, free));
    } catch (error) {
      // a disk that does not tell is not watched
      if (systemErrorCode(error) === '') ending.abort(error);
    }
  };
  void look();
  const timer = setInterval(() => void look(), everyMs).unref();
  return { signal: ending.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);

function tooLittle(folder: string, free: number): LibraryError {
  return new LibraryError(
    'BUILD_FAILED',
    `it was ended because only ${mebibytes(free)} MiB are left on the disk of ${folder}, and ${mebibytes(RESERVE_BYTES)} MiB are kept free`,
    {
      subject: folder,
      remedy: 'Make room, or see in the log whether the build writes without end; it is tried again.',
    },
  );
}
