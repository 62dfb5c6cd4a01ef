import { compareNumerals, compareReleases, compareWords } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';

const VERSION =
  /^(?<numbers>\d+(?:\.\d+){0,3})(?<letters>[a-z]{0,4})(?:-(?:fips|(?<stage>dev|alpha|beta|pre)(?<number>\d*)(?:-dev)?))?(?:\+[\w.-]*)?$/;

interface OpensslVersion {
  readonly numbers: readonly string[];
  readonly letters: string;
  readonly stage: number;
  readonly number: string;
}

const STAGES: readonly (string | undefined)[] = ['dev', 'alpha', 'beta', 'pre', undefined];

/**
 * Releases of OpenSSL: before 3.0 letters after three numbers (`1.0.2`, `1.0.2a` … `1.0.2z`, `1.0.2za`), since then
 * three numbers. Pre-releases are `-dev`, `-alpha1`, `-beta1`, `-pre1`; `-fips` and metadata do not count.
 */
export const openssl = parsedScheme('openssl', read, compare);

function read(version: string): OpensslVersion | null {
  const { numbers, letters = '', stage, number = '' } = VERSION.exec(version)?.groups ?? {};
  if (numbers === undefined) return null;
  return { numbers: numbers.split('.'), letters, stage: STAGES.indexOf(stage), number };
}

function compare(a: OpensslVersion, b: OpensslVersion): number {
  return (
    compareReleases(a.numbers, b.numbers) ||
    compareWords(a.letters, b.letters) ||
    a.stage - b.stage ||
    compareNumerals(a.number, b.number)
  );
}
