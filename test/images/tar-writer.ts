/** An entry of a test archive. A name with content is a file; everything else says what it is. */
export interface ArchiveEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** Default: `file`, or `directory` when the path ends in a slash. */
  readonly type?: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'fifo';
  readonly linkTarget?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since 1970. Default: 0. */
  readonly modified?: number;
  readonly xattrs?: Readonly<Record<string, string>>;
}

const BLOCK = 512;
const FLAGS = { file: '0', hardlink: '1', symlink: '2', 'character-device': '3', directory: '5', fifo: '6' };

function header(name: string, flag: string, size: number, entry: Partial<ArchiveEntry>, link = ''): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  };
  block.write(name, 0, 100, 'utf8');
  octal(entry.mode ?? (flag === '5' ? 0o755 : 0o644), 100, 7);
  octal(entry.uid ?? 0, 108, 7);
  octal(entry.gid ?? 0, 116, 7);
  octal(size, 124, 11);
  octal(entry.modified ?? 0, 136, 11);
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(flag, 156, 'latin1');
  block.write(link, 157, 100, 'utf8');
  block.write('ustar\0', 257, 'latin1');
  block.write('00', 263, 'latin1');
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  return block;
}

const padded = (bytes: Uint8Array): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.byteLength % BLOCK)) % BLOCK)]);

/** One record of a POSIX extended header, whose length counts itself. */
function paxRecord(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes;
  while (bytes + String(length).length !== length) length = bytes + String(length).length;
  return `${length}${rest}`;
}

/** The headers of an entry, and last its padded content. */
export function entryBlocks(entry: ArchiveEntry): Buffer[] {
  const type = entry.type ?? (entry.path.endsWith('/') ? 'directory' : 'file');
  const content = Buffer.from(entry.content ?? '');
  const link = entry.linkTarget ?? '';
  const long = [
    Buffer.byteLength(entry.path) > 100 ? paxRecord('path', entry.path) : '',
    Buffer.byteLength(link) > 100 ? paxRecord('linkpath', link) : '',
    ...Object.entries(entry.xattrs ?? {}).map(([name, value]) => paxRecord(`SCHILY.xattr.${name}`, value)),
  ].join('');
  const extended = Buffer.from(long);
  return [
    ...(long === '' ? [] : [header('PaxHeader', 'x', extended.byteLength, {}), padded(extended)]),
    header(entry.path, FLAGS[type], content.byteLength, entry, link),
    padded(content),
  ];
}

/**
 * A tar archive of the entries in their order, POSIX ustar with extended headers for long names. The same entries give
 * the same bytes. Nothing is checked, so hostile names can be written too.
 */
export function tarArchive(entries: readonly ArchiveEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryBlocks), Buffer.alloc(2 * BLOCK)]);
}
