import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `$HALLMARK_CACHE_DIR`, else `hallmark` in the user's cache folder (XDG Base Directory Specification). */
export function cacheDirectory(environment: Environment): string {
  return environment['HALLMARK_CACHE_DIR'] || join(xdg(environment, 'XDG_CACHE_HOME', '.cache'), 'hallmark');
}

/** `$HALLMARK_DATA_DIR`, else `hallmark` in the user's data folder. */
export function dataDirectory(environment: Environment): string {
  return (
    environment['HALLMARK_DATA_DIR'] || join(xdg(environment, 'XDG_DATA_HOME', '.local/share'), 'hallmark')
  );
}

function xdg(environment: Environment, variable: string, fallback: string): string {
  const value = environment[variable];
  // The specification: a relative path is invalid and to be ignored.
  return value?.startsWith('/') ? value : join(environment['HOME'] || homedir(), fallback);
}
