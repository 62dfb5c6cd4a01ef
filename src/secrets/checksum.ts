import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * GitHub's and npm's tokens end in six characters that are the CRC-32 of what stands before them, in base 62.
 * GitHub, "Behind GitHub's new authentication token formats", 2021.
 *
 * @param body what stands between the prefix and the checksum
 */
export function hasBase62Checksum(body: string, checksum: string): boolean {
  let value = crc32(body);
  let text = '';
  for (let digit = 0; digit < 6; digit += 1) {
    text = (BASE62[value % 62] ?? '') + text;
    value = Math.floor(value / 62);
  }
  return text === checksum;
}
