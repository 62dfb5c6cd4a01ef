import type { Interest } from './cataloger.ts';

/**
 * Programs and libraries of all systems. Class files of Java begin as universal programs of macOS do, and an image may
 * have a hundred thousand of them.
 */
export const PROGRAM_FILES = {
  magic: ['elf', 'pe', 'macho'],
  accepts: (path: string) => !path.endsWith('.class'),
  maxBytes: 256 * 1024 * 1024,
} satisfies Interest;
