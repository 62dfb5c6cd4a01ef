/** What updates brought, read without the network and without the TUF client. */
import type { SigstoreRoot } from '../material/material.ts';
import { parseTrustedRoot } from '../material/trusted-root.ts';
import { type AcceptedRepository, readState, trustedRootOf } from './trust-root-state.ts';

/** What the last update brought; null where there was none. Needs no network. @throws {TrustError} TRUST_STATE_INVALID */
export function readCachedTrustRoot(dataDirectory: string, name: string): AcceptedRepository | null {
  return readState(dataDirectory, name)?.accepted ?? null;
}

/** The services to sign with that came along with a trust root; null where there are none. */
export function signingConfigOf({ files, signingConfig }: AcceptedRepository): Uint8Array | null {
  return signingConfig === null ? null : (files[signingConfig] ?? null);
}

/** @throws {TrustError} TRUSTED_ROOT_INVALID, TRUST_STATE_INVALID */
export function toSigstoreRoot(repository: AcceptedRepository): SigstoreRoot {
  const { name, updated, expires } = repository;
  return parseTrustedRoot(trustedRootOf(repository), { name, origin: 'tuf', updated, expires });
}
