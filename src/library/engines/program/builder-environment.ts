/** What a program that builds is told of our surroundings: no credential, no configuration, no key. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../../oci/registry/credentials.ts';

/** By which programs find their way out; lower and upper case as they are set. */
const PROXIES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy'];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Relative to scratch. */
export const BUILDER_FOLDERS = { home: 'home', temporary: 'tmp' } as const;

/**
 * Makes the folders that the environment names.
 *
 * @param also names of further variables that are passed on where they are set
 */
export async function builderEnvironment(
  environment: Environment,
  scratch: string,
  also: readonly string[] = [],
): Promise<Environment> {
  const home = join(scratch, BUILDER_FOLDERS.home);
  const temporary = join(scratch, BUILDER_FOLDERS.temporary);
  for (const folder of [home, temporary]) await mkdir(folder, { recursive: true });
  const names = [...PROXIES, ...PROXIES.map((name) => name.toUpperCase()), ...also];
  const passed = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { PATH: environment['PATH'] ?? PATH, HOME: home, TMPDIR: temporary, ...Object.fromEntries(passed) };
}
