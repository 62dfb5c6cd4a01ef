/**
 * Keys on tokens and in hardware modules, through OpenSC's `pkcs11-tool`: a program that the user has, so that no
 * module is loaded into this process.
 */
import { createHash, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Environment } from '../../oci/registry/credentials.ts';
import { readPublicKey } from '../../trust/material/keys.ts';
import { SigningError } from '../errors.ts';
import { parsePkcs11Uri, type Pkcs11Uri, printablePkcs11Uri } from './pkcs11-uri.ts';
import type { AskPassword } from './private-key.ts';
import type { ProgramLimits } from '../../programs/ask-program.ts';
import { PROGRAM_LIMITS, runKeyProgram } from './key-program.ts';
import { schemeOf, type SigningKey, toExternalKey } from './signing-key.ts';

const TOOL = 'pkcs11-tool';
/** The variable through which the tool gets the PIN: arguments can be read by everybody on the machine. */
const PIN_VARIABLE = 'HALLMARK_TOKEN_PIN';
/** Where users keep module and PIN; the second of each is cosign's. */
const MODULE_VARIABLES = ['HALLMARK_PKCS11_MODULE', 'COSIGN_PKCS11_MODULE_PATH'];
const PIN_VARIABLES = ['HALLMARK_PKCS11_PIN', 'COSIGN_PKCS11_PIN'];

export interface ExternalKeyOptions {
  readonly environment: Environment;
  readonly ask: AskPassword;
  readonly limits?: ProgramLimits;
  readonly signal?: AbortSignal | undefined;
}

/** @throws {SigningError} SIGNING_KEY_INVALID, SIGNING_KEY_PASSWORD, SIGNING_PROGRAM_MISSING, SIGNING_PROGRAM_FAILED */
export async function openPkcs11Key(uri: string, options: ExternalKeyOptions): Promise<SigningKey> {
  const { environment, limits = PROGRAM_LIMITS } = options;
  const where = parsePkcs11Uri(uri);
  const name = printablePkcs11Uri(uri);
  const module = where.modulePath ?? firstOf(MODULE_VARIABLES, environment);
  if (module === null) {
    throw new SigningError('SIGNING_KEY_INVALID', `nothing says which module leads to ${name}`, {
      subject: name,
      remedy: `Add ?module-path=/path/to/module.so, or set ${MODULE_VARIABLES[0]}.`,
    });
  }
  const chosen = [`--module=${module}`, ...tokenArguments(where)];
  const run = async (
    args: readonly string[],
    more: { readonly input?: Uint8Array; readonly pin?: string; readonly signal?: AbortSignal | undefined },
  ): Promise<Buffer> => {
    const { exit, stdout, complaint } = await runKeyProgram({
      program: TOOL,
      args: [...chosen, ...args],
      input: more.input ?? Buffer.alloc(0),
      environment: more.pin === undefined ? environment : { ...environment, [PIN_VARIABLE]: more.pin },
      limits,
      signal: more.signal ?? options.signal,
    });
    if (exit === 0 && stdout.length > 0) return stdout;
    const isPin = /CKR_PIN_(?:INCORRECT|LEN_RANGE|LOCKED|EXPIRED)/.exec(complaint)?.[0];
    if (isPin !== undefined)
      throw new SigningError('SIGNING_KEY_PASSWORD', `the PIN of ${name} was refused: ${isPin}`, {
        subject: name,
      });
    throw new SigningError('SIGNING_PROGRAM_FAILED', `${TOOL} failed for ${name}: ${complaint}`, {
      subject: name,
    });
  };

  // The tool looks at labels when it lists, but not when it signs: then only the identifier chooses.
  const id = identifierIn(await run(['--list-objects', '--type=pubkey'], {}), where, name);
  const publicKey = readDer(await run(['--read-object', '--type=pubkey', `--id=${id}`], {}), name);
  const scheme = schemeOf(publicKey, name);
  if (scheme.kind === 'ed25519') {
    throw new SigningError(
      'SIGNING_KEY_INVALID',
      `${TOOL} is not known to sign with Ed25519, as ${name} would have to`,
      {
        subject: name,
      },
    );
  }
  let pin: Promise<string> | null = null;
  return toExternalKey(name, publicKey, async (data, signal) => {
    pin ??= pinOf(where, name, options);
    // Not every token hashes for ECDSA, and all sign a digest.
    const [mechanism, input] =
      scheme.kind === 'ecdsa'
        ? (['ECDSA', createHash('sha256').update(data).digest()] as const)
        : (['SHA256-RSA-PKCS', data] as const);
    const args = ['--sign', `--id=${id}`, `--mechanism=${mechanism}`, '--signature-format=openssl'];
    return run([...args, '--login', `--pin=env:${PIN_VARIABLE}`], { input, pin: await pin, signal });
  });
}

function tokenArguments({ token, slotId }: Pkcs11Uri): readonly string[] {
  return [
    ...(token === null ? [] : [`--token-label=${token}`]),
    ...(slotId === null ? [] : [`--slot=${slotId}`]),
  ];
}

/** The identifier, in hexadecimal, of the one key that the URI means. @throws {SigningError} SIGNING_KEY_INVALID */
function identifierIn(listing: Buffer, { object, id }: Pkcs11Uri, name: string): string {
  const listed = listing
    .toString('utf8')
    .split(/^Public Key Object/m)
    .map((text) => ({
      label: /^ {2}label: +(.*)$/m.exec(text)?.[1] ?? '',
      id: /^ {2}ID: +([0-9a-f]+)$/m.exec(text)?.[1] ?? '',
    }))
    .filter((key) => key.id !== '' && (object === null || key.label === object))
    .filter((key) => id === null || key.id === id.toString('hex'));
  const [found, another] = listed;
  if (found !== undefined && another === undefined) return found.id;
  const reason = found === undefined ? 'names no key of the token' : 'names more than one key; add its id';
  throw new SigningError('SIGNING_KEY_NOT_FOUND', `${name} ${reason}`, { subject: name });
}

async function pinOf(where: Pkcs11Uri, name: string, options: ExternalKeyOptions): Promise<string> {
  const pin =
    where.pinValue ??
    (where.pinSource === null ? null : readPin(where.pinSource, name)) ??
    firstOf(PIN_VARIABLES, options.environment) ??
    (await options.ask(`PIN of ${name}`));
  if (pin !== null) return pin;
  throw new SigningError('SIGNING_KEY_PASSWORD', `no PIN was given for ${name}`, {
    subject: name,
    remedy: `Set ${PIN_VARIABLES[0]}, or run the command on a terminal, which asks for it.`,
  });
}

/** RFC 7512, section 2.4: a path or a file: address; one line. */
function readPin(source: string, name: string): string {
  try {
    return readFileSync(source.startsWith('file:') ? new URL(source) : source, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new SigningError('SIGNING_KEY_PASSWORD', `cannot read the PIN of ${name} from its pin-source`, {
      subject: name,
      cause,
    });
  }
}

function readDer(der: Buffer, name: string): KeyObject {
  const read = readPublicKey(der);
  if (typeof read !== 'string') return read.key;
  throw new SigningError('SIGNING_PROGRAM_FAILED', `the public key of ${name} ${read}`, { subject: name });
}

function firstOf(names: readonly string[], environment: Environment): string | null {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '') ?? null;
}
