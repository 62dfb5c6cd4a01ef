import { readFileSync } from 'node:fs';
import { SigningError } from '../errors.ts';
import { kmsPluginOf, openKmsKey } from './kms-plugin-key.ts';
import { type ExternalKeyOptions, openPkcs11Key } from './pkcs11-key.ts';
import { isPkcs11Uri } from './pkcs11-uri.ts';
import { type AskPassword, parsePrivateKey } from './private-key.ts';
import type { SigningKey } from './signing-key.ts';

/** Whether a key is named by its file, and not by where else it lies. */
export function isKeyFile(reference: string): boolean {
  return !isPkcs11Uri(reference) && kmsPluginOf(reference) === null;
}

const ENVIRONMENT = 'env://';
/** The second is cosign's. An empty password is one too. */
const PASSWORD_VARIABLES = ['HALLMARK_KEY_PASSWORD', 'COSIGN_PASSWORD'];

/**
 * A key by its name: a file, `env://VARIABLE` that holds PEM, a `pkcs11:` URI, or `NAME://…` of a KMS plugin.
 *
 * @param options.ask for a password that the environment does not have
 * @throws {SigningError}
 */
export async function openKey(reference: string, options: ExternalKeyOptions): Promise<SigningKey> {
  if (isPkcs11Uri(reference)) return openPkcs11Key(reference, options);
  const ask = passwordFrom(options);
  if (reference.startsWith(ENVIRONMENT)) {
    const variable = reference.slice(ENVIRONMENT.length);
    const pem = Object.hasOwn(options.environment, variable) ? options.environment[variable] : undefined;
    if (pem !== undefined && pem !== '') return parsePrivateKey(pem, reference, ask);
    throw new SigningError('SIGNING_KEY_NOT_FOUND', `the variable ${JSON.stringify(variable)} holds no key`, {
      subject: reference,
    });
  }
  const plugin = kmsPluginOf(reference);
  if (plugin !== null) return openKmsKey(reference, plugin, options);
  return parsePrivateKey(readKeyFile(reference), reference, ask);
}

/** The password of the environment, before anybody is asked. */
export function passwordFrom({
  environment,
  ask,
}: Pick<ExternalKeyOptions, 'environment' | 'ask'>): AskPassword {
  return async (what) =>
    PASSWORD_VARIABLES.map((name) => environment[name]).find((value) => value !== undefined) ?? ask(what);
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SigningError('SIGNING_KEY_NOT_FOUND', `cannot read the key ${file}: ${reason}`, {
      subject: file,
      cause,
    });
  }
}
