/**
 * Bytes in canonical base64 (RFC 4648, section 4): padded, without white space, no bits set that do not count; null for anything
 * else. Lenient readers let one signature be written in many ways, of which only one was looked at.
 */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** The same in the alphabet for addresses, without padding (RFC 4648, section 5), as JOSE has it. */
export function decodeBase64Url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}
