/**
 * What can be changed in signatures of cosign by somebody who may push but not sign, and the check that must then fail. Every
 * tampering changes one thing of something valid.
 */
import type { CheckId } from '../../../src/trust/checks.ts';
import type { BundleJson } from '../services/bundles.ts';
import { damaged, type EvidenceLayer } from './tampering.ts';

/** How the evidence is signed: what is looked at first, and so what fails, depends on it. */
export type SigningKind = 'key' | 'identity, log 1' | 'identity, log 2';

export interface Tampering {
  readonly name: string;
  /** @param another evidence of the same signer about another image */
  readonly edit: (layer: EvidenceLayer, another: EvidenceLayer) => void;
  /** The first check that fails; kinds that are absent have nothing that could be changed in this way. */
  readonly fails: Readonly<Partial<Record<SigningKind, CheckId>>>;
}

const everywhere = (id: CheckId): Tampering['fails'] => ({
  key: id,
  'identity, log 1': id,
  'identity, log 2': id,
});
const certified = (id: CheckId): Tampering['fails'] => ({ 'identity, log 1': id, 'identity, log 2': id });

type Envelope = NonNullable<BundleJson['dsseEnvelope']>;
type Entry = BundleJson['verificationMaterial']['tlogEntries'][number];

/** An edit of a bundle with an envelope. */
function inBundle(
  edit: (bundle: BundleJson, another: BundleJson) => void,
): (layer: EvidenceLayer, another: EvidenceLayer) => void {
  return (layer, another) => {
    const bundle = JSON.parse(layer.content.toString()) as BundleJson;
    edit(bundle, JSON.parse(another.content.toString()) as BundleJson);
    layer.content = Buffer.from(JSON.stringify(bundle));
  };
}

function inEnvelope(edit: (envelope: Envelope, another: Envelope) => void): Tampering['edit'] {
  return inBundle((bundle, another) => edit(present(bundle.dsseEnvelope), present(another.dsseEnvelope)));
}

function inEntry(edit: (entry: Entry, another: Entry) => void): Tampering['edit'] {
  return inBundle((bundle, another) =>
    edit(
      present(bundle.verificationMaterial.tlogEntries[0]),
      present(another.verificationMaterial.tlogEntries[0]),
    ),
  );
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the evidence lacks what was to be changed');
  return value;
}

/** The text of a payload with another digest of the same length. */
function withOtherDigest(payload: string): string {
  return payload.replace(/[0-9a-f]{64}/, '0'.repeat(64));
}

export const BUNDLE_TAMPERINGS: readonly Tampering[] = [
  {
    name: 'the signature of another image',
    edit: (layer, another) => {
      layer.content = another.content;
    },
    fails: everywhere('subject.digest'),
  },
  {
    name: 'another digest in the payload',
    edit: inEnvelope((envelope) => {
      const text = Buffer.from(envelope.payload, 'base64').toString();
      envelope.payload = Buffer.from(withOtherDigest(text)).toString('base64');
    }),
    fails: { key: 'signature.value', ...certified('log.body') },
  },
  {
    name: 'the payload of another signature',
    edit: inEnvelope((envelope, another) => {
      envelope.payload = another.payload;
    }),
    fails: { key: 'signature.value', ...certified('log.body') },
  },
  {
    name: 'another payload type',
    edit: inEnvelope((envelope) => {
      envelope.payloadType = 'application/json';
    }),
    // An entry of the kind dsse does not have the type.
    fails: { key: 'signature.value', 'identity, log 1': 'signature.value', 'identity, log 2': 'log.body' },
  },
  {
    name: 'the signature value of another payload',
    edit: inEnvelope((envelope, another) => {
      envelope.signatures = another.signatures;
    }),
    fails: { key: 'signature.value', ...certified('time.authority') },
  },
  {
    name: 'a second signature',
    edit: inEnvelope((envelope, another) => {
      envelope.signatures.push(...another.signatures);
    }),
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'a line break in base64',
    edit: inEnvelope((envelope) => {
      envelope.payload += '\n';
    }),
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'a field twice',
    edit: (layer) => {
      const text = layer.content.toString();
      layer.content = Buffer.from(text.replace('{', '{"mediaType":"application/json",'));
    },
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'the certificate of another signature',
    edit: inBundle(({ verificationMaterial }, another) => {
      verificationMaterial.certificate = present(another.verificationMaterial.certificate);
    }),
    fails: certified('log.body'),
  },
  {
    name: 'the log entry of another signature',
    edit: inBundle(({ verificationMaterial }, another) => {
      verificationMaterial.tlogEntries = another.verificationMaterial.tlogEntries;
    }),
    fails: certified('log.body'),
  },
  {
    name: 'the body of another log entry',
    edit: inEntry((entry, another) => {
      entry.canonicalizedBody = another.canonicalizedBody;
    }),
    fails: { 'identity, log 1': 'time.log', 'identity, log 2': 'log.inclusion' },
  },
  {
    name: "a damaged promise of the log's",
    edit: inEntry(({ inclusionPromise }) => {
      const promise = present(inclusionPromise);
      promise.signedEntryTimestamp = damaged(promise.signedEntryTimestamp);
    }),
    fails: { 'identity, log 1': 'time.log' },
  },
  {
    name: 'another time of the log entry',
    edit: inEntry((entry) => {
      entry.integratedTime = String(Number(entry.integratedTime) - 60);
    }),
    fails: { 'identity, log 1': 'time.log' },
  },
  {
    name: 'a damaged inclusion proof',
    edit: inEntry(({ inclusionProof }) => {
      const { hashes } = present(inclusionProof);
      hashes[0] = damaged(present(hashes[0]));
    }),
    fails: certified('log.inclusion'),
  },
  {
    name: 'a checkpoint of another tree',
    edit: inEntry(({ inclusionProof }, another) => {
      present(inclusionProof).checkpoint = present(another.inclusionProof).checkpoint;
    }),
    fails: certified('log.checkpoint'),
  },
  {
    name: 'the proof of another log entry',
    edit: inEntry((entry, another) => {
      entry.inclusionProof = present(another.inclusionProof);
    }),
    fails: { 'identity, log 1': 'log.inclusion', 'identity, log 2': 'log.checkpoint' },
  },
  {
    name: 'no log entry',
    edit: inBundle(({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = [];
    }),
    fails: certified('log.sources'),
  },
  {
    name: 'the timestamp of another signature',
    edit: inBundle(({ verificationMaterial }, another) => {
      const { timestampVerificationData } = another.verificationMaterial;
      verificationMaterial.timestampVerificationData = present(timestampVerificationData);
    }),
    fails: certified('time.authority'),
  },
  {
    name: 'no timestamp',
    edit: inBundle(({ verificationMaterial }) => {
      delete verificationMaterial.timestampVerificationData;
    }),
    // The older log promises a time itself.
    fails: { 'identity, log 2': 'time.sources' },
  },
];

const SIGNATURE = 'dev.cosignproject.cosign/signature';
const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const ENTRY = 'dev.sigstore.cosign/bundle';
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';

interface LayerEntry {
  SignedEntryTimestamp: string;
  Payload: { body: string; integratedTime: number; logIndex: number; logID: string };
}

function takeOver(annotation: string): Tampering['edit'] {
  return (layer, another) => {
    layer.annotations[annotation] = present(another.annotations[annotation]);
  };
}

function inLayerEntry(edit: (entry: LayerEntry, another: LayerEntry) => void): Tampering['edit'] {
  return (layer, another) => {
    const read = ({ annotations }: EvidenceLayer): LayerEntry =>
      JSON.parse(present(annotations[ENTRY])) as LayerEntry;
    const entry = read(layer);
    edit(entry, read(another));
    layer.annotations[ENTRY] = JSON.stringify(entry);
  };
}

/** Of signatures in cosign's older format. */
export const LAYER_TAMPERINGS: readonly Tampering[] = [
  {
    name: 'the signature of another image',
    edit: (layer, another) => {
      layer.content = another.content;
      Object.assign(layer.annotations, another.annotations);
    },
    fails: everywhere('subject.digest'),
  },
  {
    name: 'another digest in the payload',
    edit: (layer) => {
      layer.content = Buffer.from(withOtherDigest(layer.content.toString()));
    },
    fails: { key: 'signature.value', ...certified('log.body') },
  },
  {
    name: 'the payload of another signature',
    edit: (layer, another) => {
      layer.content = another.content;
    },
    fails: { key: 'signature.value', ...certified('log.body') },
  },
  {
    name: 'a space more in the payload',
    edit: (layer) => {
      layer.content = Buffer.concat([layer.content, Buffer.from(' ')]);
    },
    fails: { key: 'signature.value', ...certified('log.body') },
  },
  {
    name: 'the signature value of another payload',
    edit: takeOver(SIGNATURE),
    fails: { key: 'signature.value', ...certified('time.authority') },
  },
  {
    name: 'a line break in base64',
    edit: ({ annotations }) => {
      annotations[SIGNATURE] += '\n';
    },
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'no signature value',
    edit: ({ annotations }) => {
      annotations[SIGNATURE] = '';
    },
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'the certificate of another signature',
    edit: takeOver(CERTIFICATE),
    fails: certified('log.body'),
  },
  {
    name: 'the log entry of another signature',
    edit: takeOver(ENTRY),
    fails: certified('log.body'),
  },
  {
    name: 'the body of another log entry',
    edit: inLayerEntry(({ Payload }, another) => {
      Payload.body = another.Payload.body;
    }),
    fails: certified('time.log'),
  },
  {
    name: "a damaged promise of the log's",
    edit: inLayerEntry((entry) => {
      entry.SignedEntryTimestamp = damaged(entry.SignedEntryTimestamp);
    }),
    fails: certified('time.log'),
  },
  {
    name: 'another number of the log entry',
    edit: inLayerEntry(({ Payload }) => {
      Payload.logIndex += 1;
    }),
    fails: certified('time.log'),
  },
  {
    name: 'no log entry',
    edit: ({ annotations }) => {
      delete annotations[ENTRY];
    },
    fails: certified('log.sources'),
  },
  {
    name: 'the timestamp of another signature',
    edit: takeOver(TIMESTAMP),
    fails: certified('time.authority'),
  },
  {
    name: 'a log entry with a field twice',
    edit: ({ annotations }) => {
      annotations[ENTRY] = present(annotations[ENTRY]).replace('{', '{"SignedEntryTimestamp":"",');
    },
    fails: certified('evidence.readable'),
  },
];
