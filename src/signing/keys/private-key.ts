import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { keyIdOf } from '../../trust/material/keys.ts';
import { SigningError } from '../errors.ts';
import { decryptKey, ENCRYPTED_LABELS } from './encrypted-key.ts';
import { schemeOf, type SigningKey, signWithPrivateKey } from './signing-key.ts';

/** Asks for the password of a key, or for the PIN of a token; called only where one is needed. Null: there is nobody to ask. */
export type AskPassword = (what: string) => Promise<string | null>;

const MAX_KEY_BYTES = 64 * 1024;

/** PKCS#8, and the older forms of ECDSA and RSA that OpenSSL writes. */
const PLAIN_LABELS: ReadonlySet<string> = new Set([
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'EC PRIVATE KEY',
  'RSA PRIVATE KEY',
]);

interface Block {
  readonly label: string;
  /** The whole block, its lines with the label included. */
  readonly text: string;
  readonly body: string;
}

/**
 * A key in PEM: as cosign encrypts it, PKCS#8 (plain or encrypted), SEC1 or PKCS#1.
 *
 * @param name where it came from, for messages
 * @throws {SigningError} SIGNING_KEY_INVALID, SIGNING_KEY_PASSWORD
 */
export async function parsePrivateKey(pem: string, name: string, ask: AskPassword): Promise<SigningKey> {
  const key = await readPrivateKey(pem, name, ask);
  const publicKey = createPublicKey(key);
  const scheme = schemeOf(publicKey, name);
  return {
    name,
    publicKey,
    id: keyIdOf(publicKey),
    scheme,
    sign: (data) => signWithPrivateKey(key, scheme, data),
  };
}

async function readPrivateKey(pem: string, name: string, ask: AskPassword): Promise<KeyObject> {
  const { label, text, body } = onlyPrivateKey(pem, name);
  if (ENCRYPTED_LABELS.has(label)) {
    const document = Buffer.from(body, 'base64');
    const pkcs8 = decryptKey(document, await passwordOf(name, ask), name);
    return importKey({ key: pkcs8, format: 'der', type: 'pkcs8' }, name);
  }
  const isEncrypted = label === 'ENCRYPTED PRIVATE KEY' || body.includes('ENCRYPTED');
  if (!isEncrypted) return importKey({ key: text, format: 'pem' }, name);
  const passphrase = await passwordOf(name, ask);
  try {
    return createPrivateKey({ key: text, format: 'pem', passphrase });
  } catch (cause) {
    // OpenSSL does not tell a wrong password from damage
    const message = `the password of ${name} is wrong, or the key is damaged`;
    throw new SigningError('SIGNING_KEY_PASSWORD', message, { subject: name, cause });
  }
}

/** The one block with a private key: openssl also writes the parameters of a curve before it. */
function onlyPrivateKey(pem: string, name: string): Block {
  const invalid = (reason: string) =>
    new SigningError('SIGNING_KEY_INVALID', `${name} ${reason}`, { subject: name });
  if (pem.length > MAX_KEY_BYTES) throw invalid(`is longer than ${MAX_KEY_BYTES} bytes, which no key is`);
  const blocks = blocksOf(pem);
  const [key, another] = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  if (key === undefined) {
    const isPublic = blocks.some(({ label }) => label.endsWith('PUBLIC KEY'));
    throw invalid(
      isPublic ? 'is a public key; signing needs the private one' : 'is not a private key in PEM',
    );
  }
  if (another !== undefined) throw invalid('holds more than one private key');
  if (ENCRYPTED_LABELS.has(key.label) || PLAIN_LABELS.has(key.label)) return key;
  throw invalid(`is a key of an unknown form: ${key.label}`);
}

/** Read line by line, so that its time is linear. RFC 7468; older keys have headers within. */
function blocksOf(pem: string): readonly Block[] {
  const blocks: Block[] = [];
  let label: string | null = null;
  let lines: string[] = [];
  for (const line of pem.split(/\r?\n/)) {
    const [, mark, named = ''] = /^-----(BEGIN|END) ([A-Z0-9 ]{1,60})-----\s*$/.exec(line) ?? [];
    if (mark === 'BEGIN') [label, lines] = [named, []];
    else if (mark === 'END' && named === label) {
      const body = lines.join('\n');
      const text = `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
      blocks.push({ label, text, body });
      label = null;
    } else lines.push(line);
  }
  return blocks;
}

async function passwordOf(name: string, ask: AskPassword): Promise<string> {
  const password = await ask(`Password of ${name}`);
  if (password !== null) return password;
  throw new SigningError('SIGNING_KEY_PASSWORD', `${name} is encrypted, and no password was given`, {
    subject: name,
  });
}

function importKey(input: Parameters<typeof createPrivateKey>[0], name: string): KeyObject {
  try {
    return createPrivateKey(input);
  } catch (cause) {
    throw new SigningError('SIGNING_KEY_INVALID', `${name} does not hold a private key`, {
      subject: name,
      cause,
    });
  }
}
