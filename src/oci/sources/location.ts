import { access } from 'node:fs/promises';
import { isDigest, type Digest } from '../../model/digest.ts';
import { formatReference, parseReference } from '../reference.ts';

/** A path of this machine, and which of the images behind it is meant. */
export interface Location {
  readonly path: string;
  /** A tag or name, or what else the source takes for one; null when none was given. */
  readonly name: string | null;
  readonly digest: Digest | null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * Takes `PATH[:NAME][@DIGEST]` apart. Paths may hold colons: the longest part that exists is the path; where none does,
 * everything before the first colon.
 */
export async function parseLocation(text: string): Promise<Location> {
  const whole = { path: text, name: null, digest: null };
  if (await exists(text)) return whole;
  const at = text.lastIndexOf('@');
  const after = text.slice(at + 1);
  if (at > 0 && isDigest(after)) return { ...(await parseLocation(text.slice(0, at))), digest: after };
  for (let colon = text.lastIndexOf(':'); colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
    const path = text.slice(0, colon);
    if ((await exists(path)) || text.indexOf(':') === colon) {
      return { ...whole, path, name: text.slice(colon + 1) || null };
    }
  }
  return whole;
}

/** `debian` and `docker.io/library/debian:latest` are the same name; what is none stays as it is. */
export function fullName(text: string): string {
  try {
    return formatReference(parseReference(text));
  } catch {
    return text;
  }
}
