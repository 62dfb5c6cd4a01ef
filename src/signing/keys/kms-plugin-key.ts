/**
 * Keys of key management services, through plugins: executables `sigstore-kms-NAME` on PATH for addresses `NAME://…`.
 * Version, then one JSON object as arguments; the message on standard input; one JSON object as the answer.
 * sigstore/sigstore, `pkg/signature/kms/cliplugin`, protocol 1.
 */
import type { KeyObject } from 'node:crypto';
import { readStrictJson } from '../../formats/strict-json.ts';
import { applyShape, object, optional, type Shape, ShapeMismatch, string } from '../../oci/shape.ts';
import { readPublicKey } from '../../trust/material/keys.ts';
import { SigningError } from '../errors.ts';
import type { ExternalKeyOptions } from './pkcs11-key.ts';
import { PROGRAM_LIMITS, runKeyProgram } from './key-program.ts';
import { type SigningKey, toExternalKey } from './signing-key.ts';

const PROTOCOL = '1';
/** SHA-256 in the numbers of Go's `crypto.Hash`. */
const HASH = 5;
const MAX_TEXT = 64 * 1024;

const publicKeyAnswer = object({ publicKey: object({ publicKeyPEM: string(MAX_TEXT) }) });
const signatureAnswer = object({ signMessage: object({ signature: string(MAX_TEXT) }) });
const failure = object({ errorMessage: optional(string(MAX_TEXT)) });

interface Question<T> {
  readonly methodName: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly input: Uint8Array;
  readonly answer: Shape<T>;
  readonly signal?: AbortSignal | undefined;
}

/** `NAME` of `NAME://…`; null for what is no such address. */
export function kmsPluginOf(reference: string): string | null {
  return /^([a-z][a-z0-9-]{0,62}):\/\/./.exec(reference)?.[1] ?? null;
}

/** @throws {SigningError} SIGNING_KEY_INVALID, SIGNING_PROGRAM_MISSING, SIGNING_PROGRAM_FAILED */
export async function openKmsKey(
  reference: string,
  plugin: string,
  { environment, limits = PROGRAM_LIMITS, signal }: ExternalKeyOptions,
): Promise<SigningKey> {
  const program = `sigstore-kms-${plugin}`;
  const failed = (reason: string) =>
    new SigningError('SIGNING_PROGRAM_FAILED', `${program} ${reason}`, { subject: reference });

  async function ask<T>(question: Question<T>): Promise<T> {
    const options = {
      initOptions: {
        protocolVersion: PROTOCOL,
        keyResourceID: reference,
        hashFunc: HASH,
        rpcOptions: {},
      },
      methodName: question.methodName,
      [question.methodName]: question.args,
    };
    const { stdout, complaint } = await runKeyProgram({
      program,
      args: [PROTOCOL, JSON.stringify(options)],
      input: question.input,
      environment,
      limits,
      signal: question.signal ?? signal,
    });
    const json = readStrictJson(stdout, { maxBytes: limits.outputBytes, numbers: 'any' });
    // an answer that is no JSON at all has none of the fields either
    const value = 'value' in json ? json.value : null;
    // the exit status means nothing in this protocol
    const refused = applyShape(failure, value);
    const reason = refused instanceof ShapeMismatch ? null : refused.errorMessage;
    if (reason !== null && reason !== '') throw failed(`refused: ${reason}`);
    const answer = applyShape(question.answer, value);
    if (!(answer instanceof ShapeMismatch)) return answer;
    const said = complaint === '' ? '' : `; it said: ${complaint}`;
    throw failed(`did not answer ${question.methodName} as the protocol asks: ${answer.message}${said}`);
  }

  const { publicKey } = await ask({
    methodName: 'publicKey',
    args: { publicKeyOptions: { rpcOptions: {} } },
    input: Buffer.alloc(0),
    answer: publicKeyAnswer,
  });
  const key = readPem(publicKey.publicKeyPEM, failed);
  return toExternalKey(reference, key, async (data, signal) => {
    const { signMessage } = await ask({
      methodName: 'signMessage',
      args: { signOptions: { rpcOptions: {}, messageOptions: { hashFunc: HASH } } },
      input: data,
      answer: signatureAnswer,
      signal,
    });
    return Buffer.from(signMessage.signature, 'base64');
  });
}

function readPem(base64: string, failed: (reason: string) => SigningError): KeyObject {
  const read = readPublicKey(Buffer.from(base64, 'base64').toString('utf8'));
  if (typeof read !== 'string') return read.key;
  throw failed(`gave a public key that ${read}`);
}
