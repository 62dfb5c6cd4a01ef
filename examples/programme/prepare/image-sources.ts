/** The repository that the images are built from: `images/` as one commit of a fixed date. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitFolder } from './git-repository.ts';

export const IMAGES = new URL('../images/', import.meta.url).pathname;
export const DEFINITIONS = new URL('../library/', import.meta.url).pathname;

const DATE = '2026-11-21T00:00:00Z';
const COMMIT_LINE = /^GitCommit: [0-9a-f]{40}$/m;

/** @returns the commit that every definition names */
export function commitImages(repository: string): string {
  return commitFolder(repository, {
    folder: IMAGES,
    ref: 'refs/heads/main',
    message: 'Images of the example programme',
    date: DATE,
    parent: null,
  });
}

/** Definitions that name another commit than the one that `images/` gives now. */
export function staleDefinitions(commit: string): readonly string[] {
  return readdirSync(DEFINITIONS).filter((name) => {
    const found = COMMIT_LINE.exec(readFileSync(join(DEFINITIONS, name), 'utf8'));
    return found?.[0] !== `GitCommit: ${commit}`;
  });
}

/** Writes the commit into the definitions, as the maintainers of an image do when they change it. */
export function updateDefinitions(commit: string): void {
  for (const name of staleDefinitions(commit)) {
    const file = join(DEFINITIONS, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(COMMIT_LINE, `GitCommit: ${commit}`));
  }
}
