/** Timestamps by RFC 3161: the query is written here, the answer is checked against it. */
import { createHash } from 'node:crypto';
import { RFC3161Timestamp } from '@sigstore/core';
import { askService, type ServiceOptions, type ServiceRequest, wrongAnswer } from './service-client.ts';

const SERVICE = 'the timestamp authority';
const INTEGER = 0x02;

/**
 * A token that says when these bytes were there at the latest; whether its signer is to be believed, the trusted root says.
 *
 * @param nonce eight random bytes, so that no old answer passes for this one
 * @returns the TimeStampResp in DER
 * @throws {SigningError} SIGNING_SERVICE_UNAVAILABLE, SIGNING_SERVICE_ANSWER
 */
export async function requestTimestamp(
  authority: URL,
  bytes: Uint8Array,
  nonce: Uint8Array,
  options: ServiceOptions,
): Promise<Buffer> {
  const query = timestampQuery(createHash('sha256').update(bytes).digest(), nonce);
  const request: ServiceRequest = {
    service: SERVICE,
    method: 'POST',
    url: authority,
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: query,
    done: [200, 201],
  };
  const { body } = await askService(request, options);
  const fault = faultOf(body, bytes, nonce);
  if (fault === null) return body;
  throw wrongAnswer(SERVICE, authority, fault);
}

/** `TimeStampReq` for a SHA-256 digest, with the signer's certificate asked for. RFC 3161, section 2.4.1. */
export function timestampQuery(digest: Uint8Array, nonce: Uint8Array): Buffer {
  const version = der(INTEGER, Buffer.from([1]));
  const sha256 = der(0x06, Buffer.from('608648016503040201', 'hex'));
  const algorithm = der(0x30, sha256, der(0x05));
  const imprint = der(0x30, algorithm, der(0x04, Buffer.from(digest)));
  const wantsCertificate = der(0x01, Buffer.from([0xff]));
  return der(0x30, version, imprint, der(INTEGER, positive(nonce)), wantsCertificate);
}

/** Contents here have less than 128 bytes: their length is one byte. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

/** The bytes of a positive INTEGER: no more zeros in front than its sign needs. */
function positive(bytes: Uint8Array): Buffer {
  const significant = Buffer.from(bytes.subarray(bytes.findIndex((byte) => byte !== 0)));
  return (significant[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), significant]) : significant;
}

/** Why an answer is none to our query; null where it is one. RFC 3161, section 2.4.2. */
function faultOf(answer: Buffer, bytes: Uint8Array, nonce: Uint8Array): string | null {
  try {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(answer));
    // 0 is granted, 1 granted with modifications
    if (timestamp.status > 1n) return `it refused with the status ${timestamp.status}`;
    timestamp.tstInfo.verify(Buffer.from(bytes));
    // after the time there may be accuracy, ordering, then the nonce
    const [, , , , , ...rest] = timestamp.tstInfo.root.subs;
    const expected = BigInt(`0x${Buffer.from(nonce).toString('hex')}`);
    const found = rest.find(({ tag }) => tag.isUniversal() && tag.number === INTEGER)?.toInteger();
    return found === expected ? null : 'the timestamp answers another query';
  } catch (error) {
    // the reader of DER throws errors of many kinds for bytes that are none
    return `what it sent is not a timestamp of the signature: ${error instanceof Error ? error.message : String(error)}`;
  }
}
