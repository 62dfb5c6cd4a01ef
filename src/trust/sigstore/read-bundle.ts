/** Sigstore bundles, read strictly. `sigstore_bundle.proto` of sigstore/protobuf-specs; versions 0.1, 0.2, 0.3 and later 0.x. */
import {
  assertBundleLatest,
  assertBundleV01,
  assertBundleV02,
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  type Bundle,
  type TransparencyLogEntry,
  ValidationError,
} from '@sigstore/bundle';
import { Bundle as BundleMessage, HashAlgorithm } from '@sigstore/protobuf-specs';
import { isObject } from '../../formats/json.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { readMessage } from '../material/protobuf-json.ts';
import { type ClaimedSigner, type HashName, MAX_DER_BYTES, MAX_WITNESSES } from './signed-evidence.ts';

/** A statement of 40 MiB in base64, and what signs it. */
const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

/** 0.3 in its newer form, and what comes after it: unknown fields are passed over, as protobuf has it. */
const LATER_MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle\.v0\.(?:[3-9]|[1-9]\d)\+json$/;

const HASH_NAMES: Readonly<Partial<Record<HashAlgorithm, HashName>>> = {
  [HashAlgorithm.SHA2_256]: 'sha256',
  [HashAlgorithm.SHA2_384]: 'sha384',
  [HashAlgorithm.SHA2_512]: 'sha512',
};

/** What a bundle holds; nothing of it is verified. */
export interface ReadBundle {
  readonly content:
    | { readonly kind: 'envelope'; readonly payloadType: string; readonly payload: Buffer }
    /** The digest says which message is meant, and proves nothing. */
    | { readonly kind: 'message'; readonly hash: HashName; readonly digest: Buffer };
  readonly signature: Buffer;
  readonly signer: ClaimedSigner;
  readonly entries: readonly TransparencyLogEntry[];
  readonly tokens: readonly Buffer[];
}

/** Reads a bundle; a text says why it is none. */
export function readBundle(bytes: Uint8Array): ReadBundle | string {
  const json = readStrictJson(bytes, { maxBytes: MAX_BUNDLE_BYTES, numbers: 'exact' });
  if ('problem' in json) return `the bundle ${json.problem}`;
  const ambiguous = ambiguousChoice(json.value);
  if (ambiguous !== null) return `the bundle has several of ${ambiguous}`;
  const message = readMessage(BundleMessage, json.value);
  if (typeof message === 'string') return `the bundle ${message}`;
  const bundle = validated(message);
  if (typeof bundle === 'string') return bundle;
  const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
  const tokens = (timestampVerificationData?.rfc3161Timestamps ?? []).map((token) => token.signedTimestamp);
  if (tlogEntries.length + tokens.length > MAX_WITNESSES) {
    return `the bundle has ${tlogEntries.length + tokens.length} log entries and timestamps; at most ${MAX_WITNESSES} are read`;
  }
  if (!tlogEntries.every(hasCounts)) return 'the bundle has a log entry whose numbers are none';
  const signer = claimedSigner(bundle);
  const ders = [...tokens, ...(signer.kind === 'certificate' ? [signer.leaf, ...signer.others] : [])];
  if (ders.some(({ length }) => length > MAX_DER_BYTES)) {
    return `the bundle has a certificate or timestamp of more than ${MAX_DER_BYTES} bytes`;
  }
  return withContent(bundle, { signer, entries: tlogEntries.map(withoutUnsignedProof), tokens });
}

/** Two of a choice would be two bundles: which one is verified depends on the reader. */
function ambiguousChoice(document: unknown): string | null {
  if (!isObject(document)) return null;
  const material = document['verificationMaterial'];
  const choices: readonly (readonly [object: unknown, fields: readonly string[]])[] = [
    [document, ['messageSignature', 'dsseEnvelope']],
    [material, ['publicKey', 'x509CertificateChain', 'certificate']],
  ];
  const several = choices.find(
    ([object, fields]) => isObject(object) && fields.filter((field) => field in object).length > 1,
  );
  return several === undefined ? null : several[1].join(', ');
}

function validated(message: BundleMessage): Bundle | string {
  try {
    return asVersioned(message);
  } catch (error) {
    if (error instanceof ValidationError)
      return `the bundle lacks or may not have: ${error.fields.join(', ')}`;
    throw error;
  }
}

/** What a version must and may not have: 0.1 the log's promise, 0.2 and later its proof, 0.3 and later no chain of certificates. */
function asVersioned(message: BundleMessage): Bundle | string {
  switch (message.mediaType) {
    case BUNDLE_V01_MEDIA_TYPE:
      assertBundleV01(message);
      return message;
    case BUNDLE_V02_MEDIA_TYPE:
      assertBundleV02(message);
      return message;
    default: {
      const isKnown =
        message.mediaType === BUNDLE_V03_LEGACY_MEDIA_TYPE || LATER_MEDIA_TYPE.test(message.mediaType);
      if (!isKnown) return `expected a bundle of version 0.x, got ${JSON.stringify(message.mediaType)}`;
      assertBundleLatest(message);
      return message;
    }
  }
}

function claimedSigner({ verificationMaterial: { content } }: Bundle): ClaimedSigner {
  switch (content.$case) {
    case 'publicKey':
      return { kind: 'key', hint: content.publicKey.hint === '' ? null : content.publicKey.hint };
    case 'certificate':
      return { kind: 'certificate', leaf: content.certificate.rawBytes, others: [] };
    case 'x509CertificateChain': {
      const [leaf = Buffer.alloc(0), ...others] = content.x509CertificateChain.certificates.map(
        ({ rawBytes }) => rawBytes,
      );
      return { kind: 'certificate', leaf, others };
    }
  }
}

function withContent(
  { content }: Bundle,
  rest: Pick<ReadBundle, 'signer' | 'entries' | 'tokens'>,
): ReadBundle | string {
  if (content.$case === 'messageSignature') {
    const { messageDigest, signature } = content.messageSignature;
    const hash = HASH_NAMES[messageDigest.algorithm];
    if (hash === undefined)
      return 'the bundle has a message digest that is neither SHA-256, SHA-384 nor SHA-512';
    return { ...rest, content: { kind: 'message', hash, digest: messageDigest.digest }, signature };
  }
  const { payloadType, payload, signatures } = content.dsseEnvelope;
  // validation left exactly one: with several, which of them counts would depend on the reader
  const [{ sig: signature, keyid } = { sig: Buffer.alloc(0), keyid: '' }] = signatures;
  const { signer } = rest;
  if (signer.kind === 'key' && signer.hint !== null && keyid !== '' && keyid !== signer.hint) {
    return `the bundle names the key ${JSON.stringify(signer.hint)}, and its envelope ${JSON.stringify(keyid)}`;
  }
  return { ...rest, content: { kind: 'envelope', payloadType, payload }, signature };
}

/** Texts of digits only: the library would read "0x10" and "" as numbers. */
function hasCounts({ logIndex, integratedTime, inclusionProof }: TransparencyLogEntry): boolean {
  const texts = [logIndex, integratedTime, inclusionProof?.logIndex ?? '0', inclusionProof?.treeSize ?? '0'];
  return texts.every((text) => /^(?:0|[1-9]\d{0,18})$/.test(text));
}

/** Early bundles have proofs without a checkpoint: nobody signed the root that they lead to, so they prove nothing. */
function withoutUnsignedProof(entry: TransparencyLogEntry): TransparencyLogEntry {
  return entry.inclusionProof?.checkpoint === undefined ? { ...entry, inclusionProof: undefined } : entry;
}
