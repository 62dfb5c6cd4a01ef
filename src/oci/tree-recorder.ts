import type { CoverageList } from './coverage-list.ts';
import type { LayerTree } from './layer-tree.ts';
import { parentPath } from './links.ts';
import { createHashList, encodeHashes, hashPath } from './path-hash.ts';

/**
 * Takes down what the entries of one layer do to the tree, in their order, and makes the layer's `LayerTree` of it.
 * Where several entries have one path, the last one counts, as it does for an extractor.
 */
export interface TreeRecorder {
  whiteout(path: string): void;
  opaque(directory: string): void;
  directory(path: string): void;
  symlink(path: string, target: string): void;
  /** A file, device, pipe or socket; `kept` may follow. */
  other(path: string): void;
  /** Something is kept of the file or hard link that came last. */
  kept(path: string): void;
  /** A wanted hard link whose content is yet to come. Answers the moment, for `captured`. */
  wanted(path: string): number;
  /**
   * The content of the link that was wanted at `moment` is there. False when a later entry has taken its place, so
   * that the content must not be used.
   */
  captured(path: string, moment: number): boolean;
  /** The hard link that was wanted at `moment` leads to a file that is not in the layer. */
  linkedBelow(path: string, target: string, moment: number): void;
  /** Which of the paths the layer holds as something other than a directory. */
  holding(paths: Iterable<string>): Set<string>;
  finish(): LayerTree;
}

/** Bytes of a link's target that Linux allows. */
const TARGET_BYTES_MAX = 4095;

/** @param linksMax most entries of each list of paths that is kept. */
export function createTreeRecorder(coverage: CoverageList, whole: string, linksMax: number): TreeRecorder {
  const whiteouts = new Set<string>();
  const opaques = new Set<string>();
  const symlinks = new Map<string, string>();
  const hardlinks = new Map<string, string>();
  const directories = createHashList();
  const shadows = createHashList();
  /** Wanted paths, with the moment of their last entry, and whether its content came. */
  const wanted = new Map<string, { moment: number; captured: boolean }>();
  /** All directories above them. */
  const above = new Set<string>();
  /** Moments at which something without content took the place of one of both. */
  const replaced = new Map<string, number>();
  let moment = 0;
  let full = false;

  function hasRoom(list: { readonly size: number }): boolean {
    if (list.size < linksMax) return true;
    if (!full) {
      const message = `It holds more than ${linksMax} links or removals of one kind; the rest was left out.`;
      coverage.add('LIMIT_REACHED', whole, message);
    }
    full = true;
    return false;
  }

  function replace(path: string): void {
    if (symlinks.size > 0) symlinks.delete(path);
    if (wanted.has(path)) replaced.set(path, moment);
  }

  function replaceTree(path: string): void {
    moment++;
    shadows.add(path);
    replace(path);
    if (above.has(path)) replaced.set(path, moment);
  }

  function follow(path: string, captured: boolean): void {
    wanted.set(path, { moment, captured });
    for (let place = parentPath(path); place !== '' && !above.has(place); place = parentPath(place)) {
      above.add(place);
    }
  }

  function isReplaced(path: string, since: number): boolean {
    for (let place = path; place !== ''; place = parentPath(place)) {
      if ((replaced.get(place) ?? -1) > since) return true;
    }
    return false;
  }

  /** Without those that a lower layer may give content to. */
  function voided(): string[] {
    return [...wanted]
      .filter(([path, state]) => !hardlinks.has(path) && (!state.captured || isReplaced(path, state.moment)))
      .map(([path]) => path);
  }

  return {
    whiteout(path) {
      if (hasRoom(whiteouts)) whiteouts.add(path);
    },
    opaque(directory) {
      if (hasRoom(opaques)) opaques.add(directory);
    },
    directory(path) {
      moment++;
      directories.add(path);
      replace(path);
    },
    symlink(path, target) {
      replaceTree(path);
      if (Buffer.byteLength(target) > TARGET_BYTES_MAX) {
        coverage.add('LINK_UNRESOLVED', path, 'The target of this link is longer than a path may be.');
      } else if (hasRoom(symlinks)) {
        symlinks.set(path, target);
      }
    },
    other: replaceTree,
    kept: (path) => follow(path, true),
    wanted(path) {
      replaceTree(path);
      follow(path, false);
      return moment;
    },
    captured(path, at) {
      const state = wanted.get(path);
      if (state?.moment !== at) return false;
      state.captured = true;
      return true;
    },
    linkedBelow(path, target, at) {
      if (wanted.get(path)?.moment !== at || isReplaced(path, at)) return;
      if (hasRoom(hardlinks)) hardlinks.set(path, target);
    },
    holding(paths) {
      const byHash = new Map(Array.from(paths, (path) => [hashPath(path), path]));
      const held = new Set<string>();
      for (const hash of shadows.values()) {
        const path = byHash.get(hash);
        if (path !== undefined) held.add(path);
      }
      return held;
    },
    finish: () => ({
      whiteouts: [...whiteouts],
      opaques: [...opaques],
      symlinks: [...symlinks],
      hardlinks: [...hardlinks],
      voided: voided(),
      directories: encodeHashes(directories.values()),
      shadows: encodeHashes(shadows.values()),
    }),
  };
}
