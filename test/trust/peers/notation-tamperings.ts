/** What can be changed in signatures of notation by somebody who may push but not sign, and the check that must then fail. */
import { decode, encode } from 'cborg';
import type { CheckId } from '../../../src/trust/checks/checks.ts';
import type { EvidenceLayer } from './edit-evidence.ts';
import { damaged } from './tampering.ts';

/** The parts of an envelope in either form; bytes. */
interface Parts {
  payload: Buffer;
  /** Attributes as they were signed. */
  protectedHeader: Buffer;
  signature: Buffer;
  certificates: Buffer[];
  /** Null where there is none. */
  timestamp: Buffer | null;
}

export interface NotationTampering {
  readonly name: string;
  readonly edit: (parts: Parts, another: Parts) => void;
  readonly fails: CheckId;
}

interface JwsEnvelope {
  payload: string;
  protected: string;
  header: { x5c: string[]; 'io.cncf.notary.timestampSignature'?: string };
  signature: string;
}

/** The label of a chain of certificates. RFC 9360, 2 */
const X5CHAIN = 33;
const TIMESTAMP = 'io.cncf.notary.timestampSignature';
/** The tag of COSE_Sign1. RFC 9052, 2 */
const SIGN1 = 0xd2;

/** Changes one envelope with the parts of another at hand. */
export function editEnvelope(
  form: 'jws' | 'cose',
  edit: NotationTampering['edit'],
): (layer: EvidenceLayer, another: EvidenceLayer) => void {
  return form === 'jws' ? editJws(edit) : editCose(edit);
}

function editJws(edit: NotationTampering['edit']) {
  return (layer: EvidenceLayer, another: EvidenceLayer): void => {
    const envelope = JSON.parse(layer.content.toString()) as JwsEnvelope;
    const parts = jwsParts(envelope);
    edit(parts, jwsParts(JSON.parse(another.content.toString()) as JwsEnvelope));
    const header = {
      ...envelope.header,
      x5c: parts.certificates.map((certificate) => certificate.toString('base64')),
      ...(parts.timestamp === null ? {} : { [TIMESTAMP]: parts.timestamp.toString('base64') }),
    };
    const changed = {
      payload: parts.payload.toString('base64url'),
      protected: parts.protectedHeader.toString('base64url'),
      header,
      signature: parts.signature.toString('base64url'),
    };
    layer.content = Buffer.from(JSON.stringify(changed));
  };
}

function jwsParts({ payload, protected: attributes, header, signature }: JwsEnvelope): Parts {
  const timestamp = header[TIMESTAMP];
  return {
    payload: Buffer.from(payload, 'base64url'),
    protectedHeader: Buffer.from(attributes, 'base64url'),
    signature: Buffer.from(signature, 'base64url'),
    certificates: header.x5c.map((certificate) => Buffer.from(certificate, 'base64')),
    timestamp: timestamp === undefined ? null : Buffer.from(timestamp, 'base64'),
  };
}

type CoseEnvelope = [Uint8Array, Map<unknown, unknown>, Uint8Array, Uint8Array];

function editCose(edit: NotationTampering['edit']) {
  return (layer: EvidenceLayer, another: EvidenceLayer): void => {
    const envelope = readCose(layer);
    const parts = coseParts(envelope);
    edit(parts, coseParts(readCose(another)));
    const [, unprotected] = envelope;
    unprotected.set(X5CHAIN, parts.certificates);
    if (parts.timestamp !== null) unprotected.set(TIMESTAMP, parts.timestamp);
    const changed = [parts.protectedHeader, unprotected, parts.payload, parts.signature];
    layer.content = Buffer.concat([Buffer.of(SIGN1), encode(changed)]);
  };
}

function readCose({ content }: EvidenceLayer): CoseEnvelope {
  return decode(content.subarray(1), { useMaps: true }) as CoseEnvelope;
}

function coseParts([attributes, unprotected, payload, signature]: CoseEnvelope): Parts {
  const chain = unprotected.get(X5CHAIN) as Uint8Array | Uint8Array[];
  const timestamp = unprotected.get(TIMESTAMP) as Uint8Array | undefined;
  return {
    payload: Buffer.from(payload),
    protectedHeader: Buffer.from(attributes),
    signature: Buffer.from(signature),
    certificates: (Array.isArray(chain) ? chain : [chain]).map((certificate) => Buffer.from(certificate)),
    timestamp: timestamp === undefined ? null : Buffer.from(timestamp),
  };
}

const damagedBytes = (bytes: Buffer): Buffer => Buffer.from(damaged(bytes.toString('base64')), 'base64');

function withText(bytes: Buffer, from: RegExp, to: (matched: string) => string): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
}

export const NOTATION_TAMPERINGS: readonly NotationTampering[] = [
  {
    name: 'the signature of another image',
    edit: (parts, another) => Object.assign(parts, another),
    fails: 'subject.digest',
  },
  {
    name: 'another digest in the payload',
    edit: (parts) => {
      parts.payload = withText(parts.payload, /[0-9a-f]{64}/, () => '0'.repeat(64));
    },
    fails: 'signature.value',
  },
  {
    name: 'another size in the payload',
    edit: (parts) => {
      parts.payload = withText(parts.payload, /"size":\d/, () => '"size":9');
    },
    fails: 'signature.value',
  },
  {
    name: 'the payload of another signature',
    edit: (parts, another) => {
      parts.payload = another.payload;
    },
    fails: 'signature.value',
  },
  {
    name: 'a damaged signature value',
    edit: (parts) => {
      parts.signature = damagedBytes(parts.signature);
    },
    fails: 'signature.value',
  },
  {
    name: 'an empty signature value',
    edit: (parts) => {
      parts.signature = Buffer.alloc(0);
    },
    fails: 'signature.value',
  },
  {
    name: 'another signing scheme',
    edit: (parts) => {
      parts.protectedHeader = withText(parts.protectedHeader, /notary\.x509/, () => 'notary.x510');
    },
    fails: 'notation.attributes',
  },
  {
    name: 'another time of signing',
    edit: (parts) => {
      // Text in JWS, a tagged number in COSE.
      parts.protectedHeader = withText(
        parts.protectedHeader,
        /(?<=signingTime(?:":"2|[^"][^]))[^]/,
        (character) => String.fromCharCode(character.charCodeAt(0) ^ 1),
      );
    },
    fails: 'signature.value',
  },
  {
    name: 'no certificate',
    edit: (parts) => {
      parts.certificates = [];
    },
    fails: 'evidence.readable',
  },
  {
    name: 'the certificate twice',
    edit: (parts) => {
      parts.certificates = [...parts.certificates, ...parts.certificates];
    },
    fails: 'notation.chain',
  },
  {
    name: 'a damaged certificate',
    edit: (parts) => {
      parts.certificates = parts.certificates.map(damagedBytes);
    },
    fails: 'notation.chain',
  },
  {
    name: 'the timestamp of another signature',
    edit: (parts, another) => {
      parts.timestamp = another.timestamp;
    },
    fails: 'notation.timestamp',
  },
];
