import { decodeBase64 } from './base64.ts';

export interface PemBlock {
  /** `CERTIFICATE`, `PUBLIC KEY`. */
  readonly label: string;
  readonly der: Buffer;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----[ \t\r\n]*/y;

/**
 * The blocks of a text in PEM, RFC 7468; null where it has anything else in it, or none, or more than `most`. Headers and text
 * between blocks are refused: what is not read must not be there.
 */
export function readPem(text: string, most: number): readonly PemBlock[] | null {
  const block = new RegExp(BLOCK);
  const blocks: PemBlock[] = [];
  const body = text.trim();
  while (block.lastIndex < body.length) {
    const [, label, lines] = block.exec(body) ?? [];
    const der = lines === undefined ? null : decodeBase64(lines.replaceAll(/[\r\n]/g, ''));
    if (label === undefined || der === null || blocks.length === most) return null;
    blocks.push({ label, der });
  }
  return blocks.length === 0 ? null : blocks;
}
