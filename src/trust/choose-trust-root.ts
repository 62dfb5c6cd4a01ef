import { readFileSync } from 'node:fs';
import { builtInRoot, PUBLIC_GOOD } from './built-in.ts';
import { TrustError } from './errors.ts';
import type { SigstoreRoot } from './material.ts';
import { parseTrustedRoot } from './trusted-root.ts';
import { readCachedTrustRoot, toSigstoreRoot } from './tuf/known-trust-roots.ts';
import { listStates } from './tuf/trust-root-state.ts';

export interface TrustRootSources {
  /** `FILE` or `NAME=FILE` of the user; any means that nothing else is used, no cache and nothing built in. */
  readonly files: readonly string[];
  /** Hallmark's own, `$XDG_DATA_HOME/hallmark`. */
  readonly dataDirectory: string;
}

/**
 * The trust roots to verify with: the files of the user, else what updates brought, and of Sigstore's public-good deployment the
 * newer one of that and of the copy that comes with Hallmark. Never needs the network.
 *
 * @throws {TrustError} TRUSTED_ROOT_INVALID, TRUST_STATE_INVALID
 */
export function chooseTrustRoots({ files, dataDirectory }: TrustRootSources): readonly SigstoreRoot[] {
  if (files.length > 0) return files.map(readGivenRoot);
  const cached = listStates(dataDirectory).flatMap((name) => {
    const repository = readCachedTrustRoot(dataDirectory, name);
    return repository === null ? [] : [toSigstoreRoot(repository)];
  });
  const builtIn = builtInRoot();
  const isNewer = cached.some(
    ({ name, updated }) => name === PUBLIC_GOOD && isLater(updated, builtIn.updated),
  );
  return isNewer ? cached : [builtIn, ...cached.filter(({ name }) => name !== PUBLIC_GOOD)];
}

function isLater(time: string | null, than: string | null): boolean {
  return Date.parse(time ?? '') > Date.parse(than ?? '');
}

function readGivenRoot(given: string): SigstoreRoot {
  const [, name = given, file = given] = /^([a-z0-9][a-z0-9.-]{0,63})=(.+)$/.exec(given) ?? [];
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrustError('TRUSTED_ROOT_INVALID', `cannot read ${file}: ${reason}`, { subject: file, cause });
  }
  return parseTrustedRoot(content, { name, origin: 'file' });
}
