/** How a receiver knows who calls. Standard Webhooks 1.0 (standardwebhooks.com), "Signature scheme". */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

export interface SignedCall {
  /** The same for every delivery of one event. */
  readonly id: string;
  /** When this delivery is made; seconds since 1970. Receivers refuse old ones, so that none can be repeated by others. */
  readonly at: number;
  readonly body: string;
}

/**
 * Headers of a call; the signature only with a secret.
 *
 * @param secret as it is: or `whsec_` and base64, as Standard Webhooks writes them
 */
export function webhookHeaders(
  { id, at, body }: SignedCall,
  secret: string | null,
): Readonly<Record<string, string>> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(at) };
  if (secret === null) return headers;
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : secret;
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
