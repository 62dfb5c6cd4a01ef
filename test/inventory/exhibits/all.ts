import { readdirSync } from 'node:fs';
import type { Exhibit } from './exhibit.ts';

/** Files of this folder that show nothing themselves. */
const OTHERS: ReadonlySet<string> = new Set(['all.ts', 'exhibit.ts']);

/** The exhibits of all families, by ecosystem. */
export async function allExhibits(): Promise<readonly Exhibit[]> {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !OTHERS.has(name));
  const modules = await Promise.all(
    files.sort().map(async (name) => (await import(`./${name}`)) as { EXHIBITS: readonly Exhibit[] }),
  );
  return modules.flatMap(({ EXHIBITS }) => EXHIBITS);
}
