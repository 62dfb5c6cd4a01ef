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

/** Of all contents together, and of one. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;
const FILE_BYTES_MAX = 1024 * 1024;
const NAMES_MAX = 250_000;

export function createHardLinks<Link>(): HardLinks<Link> {
  /** In the order of their coming; the first are dropped first. */
  const contents = new Map<string, Buffer>();
  const names = new Map<string, string>();
  const waiting = new Map<string, Link[]>();
  let keptBytes = 0;

  function forget(path: string): void {
    keptBytes -= contents.get(path)?.length ?? 0;
    contents.delete(path);
  }

  return {
    keep(path, content) {
      forget(path);
      if (content.length > FILE_BYTES_MAX) return;
      contents.set(path, Buffer.from(content));
      keptBytes += content.length;
      for (const oldest of contents.keys()) {
        if (keptBytes <= KEPT_BYTES_MAX) break;
        forget(oldest);
      }
    },
    forget,
    kept: (path) => contents.get(path),
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
