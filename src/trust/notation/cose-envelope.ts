import { decode, encode, Tokenizer, type TagDecoder } from 'cborg';
import type { SignatureAlgorithm } from './algorithm.ts';
import { type Envelope, MAX_ENVELOPE_BYTES, readAttributes, readCertificates } from './envelope.ts';
import { type NotationFault, unreadable } from './fault.ts';

export const COSE_MEDIA_TYPE = 'application/cose';

/** IANA, "COSE Algorithms". */
const ALGORITHMS: ReadonlyMap<unknown, SignatureAlgorithm> = new Map([
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
]);

/** IANA, "COSE Header Parameters". */
const LABEL = { algorithm: 1, critical: 2, contentType: 3, x5chain: 33 } as const;
const TIMESTAMP = 'io.cncf.notary.timestampSignature';

/** An envelope has about forty; each may be nested in the one before, and reading recurses. */
const MAX_CBOR_ITEMS = 1000;
/** The last millisecond that a Date holds, in seconds. */
const MAX_SECONDS = 8_640_000_000_000;

/** Marks what stood under a tag, so that an untagged value is not taken for it. */
class Sign1 {
  readonly content: unknown;
  constructor(content: unknown) {
    this.content = content;
  }
}

/**
 * Reads a COSE_Sign1 with its tag: Notary Project, signature-envelope-cose.md; RFC 9052, section 4.2.
 *
 * @throws {NotationFault}
 */
export function parseCoseEnvelope(bytes: Uint8Array): Envelope {
  const message = readCbor(bytes, 'the envelope', { 18: (content) => new Sign1(content()) });
  const parts: unknown = message instanceof Sign1 ? message.content : null;
  if (!Array.isArray(parts) || parts.length !== 4) throw unreadable('the envelope is no COSE_Sign1');
  const [header, unprotected, payload, signature] = parts as readonly unknown[];
  if (!isBytes(header) || !isBytes(payload) || !isBytes(signature) || !(unprotected instanceof Map)) {
    throw unreadable('the envelope is no COSE_Sign1 with its payload');
  }
  const fields = readCbor(header, 'the protected header', { 1: readSeconds });
  if (!(fields instanceof Map)) throw unreadable('the protected header is no map');
  return {
    attributes: readAttributes({
      algorithm: ALGORITHMS.get(fields.get(LABEL.algorithm)) ?? null,
      contentType: fields.get(LABEL.contentType),
      critical: fields.get(LABEL.critical),
      named: new Map([...fields].filter((field): field is [string, unknown] => typeof field[0] === 'string')),
      readTime: (value) => (value instanceof Date ? value : null),
    }),
    payload,
    // around the header's bytes as they came: they have more than one encoding
    signed: encode(['Signature1', header, new Uint8Array(0), payload]),
    signature,
    certificates: readCertificates(readChain(unprotected.get(LABEL.x5chain))),
    countersignature: readCountersignature(unprotected.get(TIMESTAMP)),
  };
}

function readCbor(bytes: Uint8Array, subject: string, tags: Readonly<Record<number, TagDecoder>>): unknown {
  if (bytes.length > MAX_ENVELOPE_BYTES) {
    throw unreadable(`${subject} has ${bytes.length} bytes; at most ${MAX_ENVELOPE_BYTES} are read`);
  }
  const options = {
    strict: true,
    useMaps: true,
    rejectDuplicateMapKeys: true,
    allowIndefinite: false,
    allowUndefined: false,
    allowInfinity: false,
    allowNaN: false,
    allowBigInt: false,
  };
  const tokenizer = new Tokenizer(bytes, options);
  let items = 0;
  const counted = {
    done: () => tokenizer.done(),
    pos: () => tokenizer.pos(),
    next: () => {
      items += 1;
      if (items > MAX_CBOR_ITEMS) throw unreadable(`${subject} has more than ${MAX_CBOR_ITEMS} items`);
      return tokenizer.next();
    },
  };
  try {
    return decode(bytes, { ...options, tags, tokenizer: counted });
  } catch (error) {
    if (error instanceof Error) throw unreadable(`${subject} is not strict CBOR: ${error.message}`);
    throw error;
  }
}

/** Tag 1, seconds since the epoch: RFC 8949, section 3.4.2. */
const readSeconds: TagDecoder = (content) => {
  const seconds = content();
  if (Number.isSafeInteger(seconds) && Math.abs(seconds as number) <= MAX_SECONDS) {
    return new Date((seconds as number) * 1000);
  }
  throw unreadable('a time is no whole number of seconds');
};

/** One certificate stands alone, several in a list: RFC 9360, section 2. */
function readChain(value: unknown): readonly Uint8Array[] {
  const chain: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (chain.every(isBytes)) return chain;
  throw notBytes('the chain of certificates');
}

function readCountersignature(value: unknown): Uint8Array | null {
  if (value === undefined || isBytes(value)) return value ?? null;
  throw notBytes('the timestamp');
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

const notBytes = (subject: string): NotationFault => unreadable(`${subject} is no byte string`);
