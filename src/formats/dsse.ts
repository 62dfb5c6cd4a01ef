/** Dead Simple Signing Envelope. https://github.com/secure-systems-lab/dsse, protocol 1.0.2 */

/** The bytes that a signature covers: type and payload with their lengths, so that neither can be taken for the other. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}
