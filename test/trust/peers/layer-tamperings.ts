/** What can be changed in cosign's older format by somebody who may push but not sign: payloads, and annotations beside them. */
import type { EnvelopeJson as Envelope } from '../services/log-bodies.ts';
import type { EvidenceLayer } from './edit-evidence.ts';
import { certified, damaged, everywhere, present, withOtherDigest, type Tampering } from './tampering.ts';

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

const OF_ANOTHER_IMAGE: Tampering = {
  name: 'the signature of another image',
  edit: (layer, another) => {
    layer.content = another.content;
    Object.assign(layer.annotations, another.annotations);
  },
  fails: everywhere('subject.digest'),
};

/** Of what stands beside signatures and attestations in cosign's older format. */
const ANNOTATION_TAMPERINGS: readonly Tampering[] = [
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

/** Of signatures in cosign's older format. */
export const LAYER_TAMPERINGS: readonly Tampering[] = [
  OF_ANOTHER_IMAGE,
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
  ...ANNOTATION_TAMPERINGS,
];

function inEnvelopeLayer(edit: (envelope: Envelope, another: Envelope) => void): Tampering['edit'] {
  return (layer, another) => {
    const envelope = JSON.parse(layer.content.toString()) as Envelope;
    edit(envelope, JSON.parse(another.content.toString()) as Envelope);
    layer.content = Buffer.from(JSON.stringify(envelope));
  };
}

/** Of attestations in cosign's older format, whose timestamps are over the whole envelope. */
export const ATTESTATION_TAMPERINGS: readonly Tampering[] = [
  OF_ANOTHER_IMAGE,
  {
    name: 'another digest in the payload',
    edit: inEnvelopeLayer((envelope) => {
      const text = Buffer.from(envelope.payload, 'base64').toString();
      envelope.payload = Buffer.from(withOtherDigest(text)).toString('base64');
    }),
    fails: { key: 'signature.value', ...certified('time.authority') },
  },
  {
    name: 'the payload of another attestation',
    edit: inEnvelopeLayer((envelope, another) => {
      envelope.payload = another.payload;
    }),
    fails: { key: 'signature.value', ...certified('time.authority') },
  },
  {
    name: 'another payload type',
    edit: inEnvelopeLayer((envelope) => {
      envelope.payloadType = 'application/json';
    }),
    fails: { key: 'signature.value', ...certified('time.authority') },
  },
  {
    name: 'the signature value of another payload',
    edit: inEnvelopeLayer((envelope, another) => {
      envelope.signatures = another.signatures;
    }),
    fails: { key: 'signature.value', ...certified('time.authority') },
  },
  {
    name: 'a second signature',
    edit: inEnvelopeLayer((envelope, another) => {
      envelope.signatures.push(...another.signatures);
    }),
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'no signature',
    edit: inEnvelopeLayer((envelope) => {
      envelope.signatures = [];
    }),
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'a line break in base64',
    edit: inEnvelopeLayer((envelope) => {
      envelope.payload += '\n';
    }),
    fails: everywhere('evidence.readable'),
  },
  {
    name: 'a field twice',
    edit: (layer) => {
      layer.content = Buffer.from(layer.content.toString().replace('{', '{"payload":"",'));
    },
    fails: everywhere('evidence.readable'),
  },
  ...ANNOTATION_TAMPERINGS,
];
