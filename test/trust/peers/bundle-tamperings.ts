/** What can be changed in a bundle by somebody who may push but not sign. Every tampering changes one thing of something valid. */
import type { BundleJson } from '../services/bundles.ts';
import type { EvidenceLayer } from './edit-evidence.ts';
import { certified, damaged, everywhere, present, withOtherDigest, type Tampering } from './tampering.ts';

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
