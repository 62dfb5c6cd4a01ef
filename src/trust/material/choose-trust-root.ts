import { builtInOrigins, builtInRoot, PUBLIC_GOOD } from './built-in.ts';
import type { SigstoreRoot } from './material.ts';
import { readCachedTrustRoot, toSigstoreRoot } from '../tuf/cached-trust-root.ts';
import { listStates } from '../tuf/trust-root-state.ts';

/**
 * The trust roots to verify with where the user names no file: what updates brought, and of Sigstore's public-good deployment
 * the newer one of that and of the copy that comes with Hallmark. Never needs the network, whatever has expired: how old each
 * is, and until when it was vouched for, comes along.
 *
 * @throws {TrustError} TRUSTED_ROOT_INVALID, TRUST_STATE_INVALID
 */
export function chooseTrustRoot({
  dataDirectory,
}: {
  /** Hallmark's own, `$XDG_DATA_HOME/hallmark`. */
  readonly dataDirectory: string;
}): readonly SigstoreRoot[] {
  const cached = listStates(dataDirectory).flatMap((name) => {
    const repository = readCachedTrustRoot(dataDirectory, name);
    return repository === null ? [] : [toSigstoreRoot(repository)];
  });
  const { updated: builtIn } = builtInOrigins().publicGood;
  // an older one could only have been imported on purpose, to bring back what was withdrawn since
  const isNewer = cached.some(({ name, updated }) => name === PUBLIC_GOOD && isLater(updated, builtIn));
  return isNewer ? cached : [builtInRoot(), ...cached.filter(({ name }) => name !== PUBLIC_GOOD)];
}

function isLater(time: string | null, than: string): boolean {
  return time !== null && Date.parse(time) > Date.parse(than);
}
