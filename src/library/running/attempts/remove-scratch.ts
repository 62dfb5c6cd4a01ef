import { rmSync } from 'node:fs';

/**
 * Removes the folder of a build. What has run away from a builder may go on writing into it: that is no fault of ours, and the next builder
 * of the architecture removes it when it begins.
 *
 * @returns why it is still there; null where it is gone
 */
export function removeScratch(folder: string): string | null {
  try {
    rmSync(folder, { recursive: true, force: true });
    return null;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return `the folder of a build cannot be removed: ${error.message}`;
  }
}
