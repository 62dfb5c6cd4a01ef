/**
 * Wanted hard links of one layer, and the contents they lead to. Most often the content was wanted under its first name
 * too and passed by a moment ago; what is not kept is waited for in a second pass over the layer.
 */
export interface HardLinks<Link> {
  /** Keeps a copy of a file's content for links that may follow, if it is small. */
  keep(path: string, content: Buffer): void;
  /** Forgets what was kept: another entry has taken the path. */
  forget(path: string): void;
  kept(path: string): Buffer | undefined;
  /** The first name of what a link of that name leads to, when it is one itself. */
  resolve(path: string): string;
  /** Takes down that one name leads to another. */
  note(path: string, target: string): void;
  wait(target: string, link: Link): void;
  waiting(): ReadonlyMap<string, readonly Link[]>;
}

/** Of one generation of contents, and of one content. */
const GENERATION_BYTES_MAX = 8 * 1024 * 1024;
const GENERATION_FILES_MAX = 4096;
const FILE_BYTES_MAX = 1024 * 1024;
const NAMES_MAX = 250_000;

export function createHardLinks<Link>(): HardLinks<Link> {
  // Two generations: when the younger is full, the older goes as a whole. Dropping contents one by one would walk over
  // the places of those dropped before, again and again.
  let younger = new Map<string, Buffer>();
  let older = new Map<string, Buffer>();
  const names = new Map<string, string>();
  const waiting = new Map<string, Link[]>();
  let youngerBytes = 0;

  return {
    keep(path, content) {
      if (content.length > FILE_BYTES_MAX) return;
      younger.set(path, Buffer.from(content));
      youngerBytes += content.length;
      if (youngerBytes <= GENERATION_BYTES_MAX && younger.size < GENERATION_FILES_MAX) return;
      older = younger;
      younger = new Map();
      youngerBytes = 0;
    },
    forget(path) {
      younger.delete(path);
      older.delete(path);
    },
    kept: (path) => younger.get(path) ?? older.get(path),
    // Names are resolved when they are noted, so one step is enough.
    resolve: (path) => names.get(path) ?? path,
    note(path, target) {
      if (names.size < NAMES_MAX) names.set(path, names.get(target) ?? target);
    },
    wait(target, link) {
      const links = waiting.get(target);
      if (links === undefined) waiting.set(target, [link]);
      else links.push(link);
    },
    waiting: () => waiting,
  };
}
