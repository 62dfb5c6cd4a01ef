import { readdirSync } from 'node:fs';

/** What lies in a folder, by name, in no order; nothing where there is no folder. @throws {Error} of node:fs */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
