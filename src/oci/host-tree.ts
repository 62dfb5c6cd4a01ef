/*
 * Looking at a directory tree of this machine that others may be changing, without being led out of it. Nothing is
 * opened by a path that was only looked at before: a directory is opened without following a link and must be the very
 * one, by device and inode, that was seen in its parent; its children are reached through the open directory; a file is
 * opened without following a link, and without waiting should it have become a pipe.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statfsSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { decodeName } from './tar/entry-name.ts';

/**
 * File systems that show the kernel's state, or memory, instead of stored files: linux/magic.h. tmpfs is among them
 * because it is what /dev, /run and /tmp are.
 */
const PSEUDO_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x01021994, // tmpfs, devtmpfs
  0x1cd1, // devpts
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xcafe4a11, // bpf
  0x6165676c, // pstore
  0x19800202, // mqueue
  0x958458f6, // hugetlbfs
  0x62656570, // configfs
  0xde5e81e4, // efivarfs
  0x65735543, // fusectl
  0x42494e4d, // binfmt_misc
  0x67596969, // rpc_pipefs
  0x6e736673, // nsfs
  0xf97cff8c, // selinuxfs
  0x0187, // autofs
]);

const OPEN_DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const OPEN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const OPEN_DIRECTORIES = '/proc/self/fd';
const SLASH = Buffer.from('/');

/** A directory that was seen and can be opened later. */
export interface SeenDirectory {
  /** On this machine, as bytes: names need not be UTF-8. */
  readonly place: Buffer;
  readonly device: number;
  readonly inode: number;
  /** Whether children can be reached through the open directory: on Linux. Elsewhere device and inode have to do. */
  readonly throughDescriptor: boolean;
}

/** What a directory holds. Whatever is asked of it, but for `stat`, may throw a system error. */
export interface SeenChild {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** A device 0/0: how overlayfs marks what is removed. Linux, Documentation/filesystems/overlayfs.rst. */
  readonly isWhiteout: boolean;
  /** Asks the kernel, at any time. Null when it does not tell: the child has gone, or its directory is closed to us. */
  stat(): Stats | null;
  /** Target of a symlink. */
  readLink(): string;
  /** The directory that the child is; null for the root of a pseudo file system. */
  see(): SeenDirectory | null;
  /**
   * Content of a file as long as it was when it was opened; its size, when that is more than `maxBytes`; null when it
   * is no file any more.
   */
  read(maxBytes: number): Buffer | number | null;
  /** The first bytes of a file, at most `bytes`; null when it is no file any more. */
  head(bytes: number): Buffer | null;
}

export function seeDirectory(place: Buffer): SeenDirectory {
  const { dev, ino } = lstatSync(place);
  const throughDescriptor = process.platform === 'linux' && existsSync(OPEN_DIRECTORIES);
  return { place, device: dev, inode: ino, throughDescriptor };
}

/**
 * Opens a directory and shows each child while it is open. System errors are the caller's.
 *
 * @returns false when it is not the directory any more that was seen
 */
export function forEachChild(directory: SeenDirectory, show: (child: SeenChild) => void): boolean {
  const descriptor = openSync(directory.place, OPEN_DIRECTORY);
  try {
    const { dev, ino } = fstatSync(descriptor);
    if (dev !== directory.device || ino !== directory.inode) return false;
    const inside = directory.throughDescriptor
      ? Buffer.from(`${OPEN_DIRECTORIES}/${descriptor}`)
      : directory.place;
    for (const entry of readdirSync(inside, { withFileTypes: true, encoding: 'buffer' })) {
      show(toChild(directory, inside, entry));
    }
    return true;
  } finally {
    closeSync(descriptor);
  }
}

/** Paths are only put together for the few children of which more than the name is asked. */
function toChild(directory: SeenDirectory, inside: Buffer, entry: Dirent<Buffer>): SeenChild {
  const below = (place: Buffer) => Buffer.concat([place, SLASH, entry.name]);
  return {
    name: decodeName(entry.name),
    type: typeOf(entry),
    isWhiteout: entry.isCharacterDevice() && statAt(below(inside))?.rdev === 0,
    // By its name, because it may be asked when the directory is closed. Nothing is opened on the strength of it.
    stat: () => statAt(below(directory.place)),
    readLink: () => decodeName(readlinkSync(below(inside), 'buffer')),
    read: (maxBytes) => readFile(below(inside), (size) => (size > maxBytes ? null : size)),
    head(bytes) {
      const head = readFile(below(inside), (size) => Math.min(size, bytes));
      return typeof head === 'number' ? null : head;
    },
    see() {
      const { dev, ino } = lstatSync(below(inside));
      if (dev !== directory.device && PSEUDO_FILE_SYSTEMS.has(statfsSync(below(inside)).type)) return null;
      return { ...directory, place: below(directory.place), device: dev, inode: ino };
    },
  };
}

function statAt(place: Buffer): Stats | null {
  try {
    return lstatSync(place);
  } catch {
    return null;
  }
}

function typeOf(entry: Dirent<Buffer>): SeenChild['type'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

/** @param howMuch to read of a file of that size; null to answer the size instead */
function readFile(path: Buffer, howMuch: (size: number) => number | null): Buffer | number | null {
  const descriptor = openSync(path, OPEN_FILE);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return null;
    const bytes = howMuch(stats.size);
    if (bytes === null) return stats.size;
    const content = Buffer.allocUnsafe(bytes);
    let length = 0;
    while (length < content.length) {
      const read = readSync(descriptor, content, length, content.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return content.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
