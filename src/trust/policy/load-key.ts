import { createPublicKey, type KeyObject } from 'node:crypto';
import { digestOf } from '../../model/digest.ts';
import { TrustError } from '../errors.ts';
import type { TrustedKey } from '../material.ts';

/** @throws {TrustError} KEY_INVALID */
export function loadKey(name: string, pem: string): Pick<TrustedKey, 'name' | 'key' | 'id'> {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new TrustError('KEY_INVALID', `the key of ${name} is no public key in PEM`, {
      subject: name,
      cause,
    });
  }
  return { name, key, id: digestOf(key.export({ type: 'spki', format: 'der' })) };
}
