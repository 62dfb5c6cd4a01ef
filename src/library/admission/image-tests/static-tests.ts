/**
 * The three tests of every image, by what lies in its layers instead of by running it: for platforms that this machine cannot run,
 * and for answers that no program in the image can forge. docker-library/official-images, `test/tests/`.
 */
import type { RunConfiguration } from '../../../model/assessment.ts';
import type { LayeredImage } from '../../../oci/image.ts';
import { FILE_BYTES, type ImageFiles, readImageFiles } from '../image-files.ts';
import type { ImageTestResult } from './image-test.ts';

const ACCOUNTS = 'etc/passwd';
const SHADOWS = 'etc/shadow';
const LOCAL_TIME = 'etc/localtime';

/** Names of the zone in tzdata; all are the same file. */
const UTC_ZONES: ReadonlySet<string> = new Set(
  ['UTC', 'UCT', 'Zulu', 'Universal'].flatMap((name) => [
    `usr/share/zoneinfo/${name}`,
    `usr/share/zoneinfo/Etc/${name}`,
  ]),
);
const UTC_VARIABLES: ReadonlySet<string> = new Set(['', 'UTC', 'UTC0', ':UTC', 'Etc/UTC', ':Etc/UTC', 'UCT']);
/** RFC 8536, section 3.3: a TZif file of version 2 or later ends in its rule between line feeds. */
const UTC_RULES: ReadonlySet<string> = new Set(['UTC0', 'UCT0']);

const ECHO = ['bin/echo', 'usr/bin/echo', 'bin/busybox', 'usr/bin/busybox'] as const;

/** What a script that hands over to its arguments ends with. */
const HANDS_OVER = 'exec "$@"';
const MAX_ACCOUNTS = 10_000;

/** By the name of the test. */
export async function testStatically(
  image: LayeredImage,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ImageTestResult>> {
  const { run } = image.configuration;
  const entrypoint = programPaths(run);
  const wanted = new Set<string>([ACCOUNTS, SHADOWS, LOCAL_TIME, ...ECHO, ...UTC_ZONES, ...entrypoint]);
  const files = await readImageFiles(image, (path) => wanted.has(path), signal);
  return new Map([
    ['utc', testUtc(run, files)],
    ['no-hard-coded-passwords', testPasswords(files)],
    ['override-cmd', testOverride(run, files, entrypoint)],
  ]);
}

const passed = (because: string): ImageTestResult => ({ result: 'passed', because });
const failed = (because: string): ImageTestResult => ({ result: 'failed', because });
const notChecked = (because: string): ImageTestResult => ({ result: 'not-checked', because });

function testUtc({ environment }: RunConfiguration, files: ImageFiles): ImageTestResult {
  const variable = environment.find((one) => one.startsWith('TZ='))?.slice('TZ='.length);
  if (variable !== undefined && variable !== '') {
    if (UTC_VARIABLES.has(variable)) return passed(`the variable TZ is ${variable}`);
    return failed(`the variable TZ is ${JSON.stringify(variable.slice(0, 100))}, expected UTC`);
  }
  const place = files.resolve(LOCAL_TIME);
  if (place === null) return failed('the links of /etc/localtime go in a circle');
  if (UTC_ZONES.has(place)) return passed(`/etc/localtime is /${place}`);
  const zone = files.read(LOCAL_TIME);
  if (zone !== null) {
    const rule = zone.toString('latin1').trimEnd().split('\n').at(-1) ?? '';
    return UTC_RULES.has(rule)
      ? passed('/etc/localtime is the zone UTC')
      : failed(`/etc/localtime is another zone than UTC: ${JSON.stringify(rule.slice(-40))}`);
  }
  if (place === LOCAL_TIME) return passed('there is neither /etc/localtime nor a variable TZ');
  return failed(`/etc/localtime leads to /${place}, expected UTC`);
}

function testPasswords(files: ImageFiles): ImageTestResult {
  const accounts = files.read(ACCOUNTS);
  if (accounts === null) return passed('there is no /etc/passwd');
  if (accounts.length >= FILE_BYTES) return notChecked('/etc/passwd is too large to be an ordinary one');
  // as getpwnam(3): of two lines about one account the first counts
  const shadows = new Map(passwordsIn(files.read(SHADOWS)).toReversed());
  for (const [user, password] of passwordsIn(accounts)) {
    const word = password === 'x' ? (shadows.get(user) ?? 'x') : password;
    const name = JSON.stringify(user.slice(0, 100));
    if (word === '' && user === 'root') return failed('root has an empty password');
    if (word.startsWith('$')) return failed(`the account ${name} has a password`);
  }
  return passed('no account has a password, and root has no empty one');
}

/** The second field of every line. passwd(5), shadow(5). */
function passwordsIn(file: Buffer | null): readonly (readonly [user: string, password: string])[] {
  const lines = file?.toString('latin1').split('\n', MAX_ACCOUNTS) ?? [];
  return lines.flatMap((line) => {
    const [user, password] = line.split(':', 2);
    return user === undefined || password === undefined ? [] : [[user, password] as const];
  });
}

function testOverride(
  { entrypoint }: RunConfiguration,
  files: ImageFiles,
  paths: readonly string[],
): ImageTestResult {
  const isThere = (path: string): boolean => files.read(path) !== null || files.resolve(path) !== path;
  if (!ECHO.some(isThere)) return passed('the image has no "echo": it is one of a single program');
  if (entrypoint.length === 0) return passed('there is no entrypoint, so a command runs as it is');
  const script = paths.map((path) => files.read(path)).find((found) => found !== null);
  const text = script?.toString('latin1') ?? '';
  const lastLine = text.trimEnd().split('\n').at(-1)?.trim();
  if (text.startsWith('#!') && lastLine === HANDS_OVER)
    return passed('the entrypoint is a script that ends in handing over to its arguments');
  return notChecked('what the entrypoint does with a command only running it tells');
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where the entrypoint's program may lie. */
function programPaths({ entrypoint: [program = ''], environment }: RunConfiguration): readonly string[] {
  if (program.includes('/')) return [withoutRoot(program)];
  if (program === '') return [];
  const path = environment.find((one) => one.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
  return path.split(':', 32).map((folder) => withoutRoot(`${folder.replace(/\/+$/, '')}/${program}`));
}

const withoutRoot = (path: string): string => path.replace(/^\/+/, '');
