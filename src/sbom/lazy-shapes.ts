import { createRequire } from 'node:module';
import type * as Zod from 'zod';

/** Loaded when the first shape is needed: it takes as long to load as a large bill to read. */
const require = createRequire(import.meta.url);

/** Shapes that are made when somebody asks for them for the first time. */
export function lazyShapes<T extends object>(make: (zod: typeof Zod.z) => T): () => T {
  let made: T | null = null;
  return () => (made ??= make((require('zod') as typeof Zod).z));
}
