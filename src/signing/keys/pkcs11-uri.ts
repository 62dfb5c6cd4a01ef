import { SigningError } from '../errors.ts';

/** A key on a token. RFC 7512. */
export interface Pkcs11Uri {
  /** Label of the token. */
  readonly token: string | null;
  readonly slotId: number | null;
  /** Label of the key. */
  readonly object: string | null;
  /** CKA_ID of the key. */
  readonly id: Buffer | null;
  /** The library that speaks to the token, as an absolute path; null: the environment's. */
  readonly modulePath: string | null;
  readonly pinValue: string | null;
  /** A file that holds the PIN. */
  readonly pinSource: string | null;
}

const PREFIX = 'pkcs11:';
const MAX_LENGTH = 2048;

/** Which can be asked for; anything else would choose a token, and must not be passed over. */
const KNOWN: ReadonlySet<string> = new Set([
  'token',
  'slot-id',
  'object',
  'id',
  'type',
  'module-path',
  'pin-value',
  'pin-source',
]);

export function isPkcs11Uri(reference: string): boolean {
  return reference.startsWith(PREFIX);
}

/**
 * A name for messages: the URI without its query, where a PIN may stand.
 */
export function printablePkcs11Uri(uri: string): string {
  const [path = ''] = uri.split('?');
  return path;
}

/** @throws {SigningError} SIGNING_KEY_INVALID */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  const name = printablePkcs11Uri(uri);
  const invalid = (reason: string) =>
    new SigningError('SIGNING_KEY_INVALID', `${name} does not name a key on a token: ${reason}`, {
      subject: name,
      remedy:
        'Write it as pkcs11:token=NAME;object=KEY?module-path=/path/to/module.so; see RFC 7512 for the attributes.',
    });
  if (uri.length > MAX_LENGTH) throw invalid(`it is longer than ${MAX_LENGTH} characters`);
  const [path = '', query = '', ...rest] = uri.slice(PREFIX.length).split('?');
  if (rest.length > 0) throw invalid('it has two question marks');
  const attributes = new Map<string, Buffer>();
  for (const attribute of [...path.split(';'), ...query.split('&')]) {
    if (attribute === '') continue;
    const equals = attribute.indexOf('=');
    const key = attribute.slice(0, Math.max(equals, 0));
    if (!KNOWN.has(key)) throw invalid(`the attribute ${JSON.stringify(key)} is not supported`);
    if (attributes.has(key)) throw invalid(`it has the attribute ${key} twice`);
    const value = percentDecoded(attribute.slice(equals + 1));
    if (value === null) throw invalid(`the value of ${key} is not percent-encoded`);
    attributes.set(key, value);
  }
  const text = (key: string) => attributes.get(key)?.toString('utf8') ?? null;
  const slot = text('slot-id');
  const modulePath = text('module-path');
  const id = attributes.get('id') ?? null;
  if ((text('type') ?? 'private') !== 'private') throw invalid('only a private key can sign');
  if (slot !== null && !/^\d{1,10}$/.test(slot)) throw invalid('slot-id is not a number');
  if (modulePath?.startsWith('/') === false) throw invalid('module-path is not absolute');
  if (id === null && text('object') === null) throw invalid('it has neither object nor id');
  return {
    token: text('token'),
    slotId: slot === null ? null : Number(slot),
    object: text('object'),
    id,
    modulePath,
    pinValue: text('pin-value'),
    pinSource: text('pin-source'),
  };
}

/** Null for what is not percent-encoded, or holds a character that must be. */
function percentDecoded(text: string): Buffer | null {
  if (!/^(?:[\w.~:[\]@!$'()*+,=&/?-]|%[0-9A-Fa-f]{2})*$/.test(text)) return null;
  return Buffer.from(
    text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
