/** Changes to evidence that somebody makes who may push but not sign, and the checks that must then fail. */
import type { CheckId } from '../../../src/trust/checks/checks.ts';
import type { EvidenceLayer } from './edit-evidence.ts';

/** Changes one bit in the middle of bytes in base64. */
export function damaged(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes.toString('base64');
}

/** How the evidence is signed: what is looked at first, and so what fails, depends on it. */
export type SigningKind = 'key' | 'identity, log 1' | 'identity, log 2';

export interface Tampering {
  readonly name: string;
  /** @param another evidence of the same signer about another image */
  readonly edit: (layer: EvidenceLayer, another: EvidenceLayer) => void;
  /** The first check that fails; kinds that are absent have nothing that could be changed in this way. */
  readonly fails: Readonly<Partial<Record<SigningKind, CheckId>>>;
}

export const everywhere = (id: CheckId): Tampering['fails'] => ({
  key: id,
  'identity, log 1': id,
  'identity, log 2': id,
});
export const certified = (id: CheckId): Tampering['fails'] => ({
  'identity, log 1': id,
  'identity, log 2': id,
});

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the evidence lacks what was to be changed');
  return value;
}

/** The text of a payload with another digest of the same length. */
export function withOtherDigest(payload: string): string {
  return payload.replace(/[0-9a-f]{64}/, '0'.repeat(64));
}
