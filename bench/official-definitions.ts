import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The definitions of a checkout of docker-library/official-images by name. */
export function definitionsOf(checkout: string): ReadonlyMap<string, string> {
  const library = join(checkout, 'library');
  return new Map(
    readdirSync(library)
      .sort()
      .map((name) => [name, readFileSync(join(library, name), 'utf8')]),
  );
}
