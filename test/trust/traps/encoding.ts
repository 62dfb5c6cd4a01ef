/** Encodings that two programs read differently. */
import { amd64 } from '../../registry/gathering.ts';
import { statementAbout } from '../evidence.ts';
import { entryOf, envelopeOf } from './changes.ts';
import { changing, doesNotHold, type TrapTable } from './trap.ts';

const unreadable = (because: RegExp) => doesNotHold('evidence.readable', because);

/** A statement that names a field twice, and the first time otherwise. */
const TWICE = JSON.stringify(statementAbout(amd64.digest)).replace(
  '"subject":',
  `"subject":[{"name":"","digest":{"sha256":"${'0'.repeat(64)}"}}],"subject":`,
);

export const ENCODING: TrapTable = {
  area: 'encoding',
  traps: [
    {
      name: 'url-safe base64 and whitespace malleability (url-safe)',
      change: 'the id of the log is written in the other alphabet',
      ...unreadable(/logId\.keyId/),
      verify: changing(
        {},
        {
          bundle: (bundle) => {
            const { logId } = entryOf(bundle);
            logId.keyId = logId.keyId.replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
          },
        },
      ),
    },
    {
      name: 'url-safe base64 and whitespace malleability (whitespace)',
      change: 'a line break stands in the payload',
      ...unreadable(/dsseEnvelope\.payload/),
      verify: changing(
        {},
        {
          bundle: (bundle) => {
            const envelope = envelopeOf(bundle);
            envelope.payload = `${envelope.payload.slice(0, 8)}\n${envelope.payload.slice(8)}`;
          },
        },
      ),
    },
    {
      name: 'url-safe base64 and whitespace malleability (unused bits)',
      change: 'the last character of the signature has bits set that decoders drop',
      ...unreadable(/signatures\.0\.sig/),
      verify: changing(
        {},
        {
          bundle: (bundle) => {
            const [signature] = envelopeOf(bundle).signatures;
            if (signature !== undefined) signature.sig = withUnusedBits(signature.sig);
          },
        },
      ),
    },
    {
      name: 'duplicate JSON keys (bundle)',
      change: 'the bundle has its envelope twice, and parsers differ in which of them counts',
      ...unreadable(/"dsseEnvelope" twice/),
      verify: changing(
        {},
        { text: (bundle) => bundle.replace('"dsseEnvelope":', '"dsseEnvelope":{},"dsseEnvelope":') },
      ),
    },
    {
      name: 'duplicate JSON keys (escaped)',
      change: 'the second key is written with an escape',
      ...unreadable(/"dsseEnvelope" twice/),
      verify: changing(
        {},
        { text: (bundle) => bundle.replace('"dsseEnvelope":', '"dsse\\u0045nvelope":{},"dsseEnvelope":') },
      ),
    },
    {
      name: 'duplicate JSON keys (statement)',
      change: 'what is signed names two subjects, this image and another one',
      verdict: 'untrusted',
      code: 'EVIDENCE_DOES_NOT_HOLD',
      shows: 'payload.form',
      because: /"subject" twice/,
      verify: changing(
        {},
        { signing: { payload: Buffer.from(TWICE), payloadType: 'application/vnd.in-toto+json' } },
      ),
    },
    {
      name: 'integers beyond 2^53',
      change: 'the number of the log entry is a number that doubles round',
      ...unreadable(/beyond 2\^53/),
      verify: changing(
        {},
        { text: (bundle) => bundle.replace(/"logIndex":"\d+"/, '"logIndex":9007199254740993') },
      ),
    },
  ],
};

/** The same bytes in another spelling, as long as they do not fill the last character. */
function withUnusedBits(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const body = text.replace(/=+$/, '');
  if (bytes.length % 3 === 0) return `${text}====`;
  const last = alphabet.indexOf(body.slice(-1));
  return `${body.slice(0, -1)}${alphabet[last | 1] ?? ''}${text.slice(body.length)}`;
}
