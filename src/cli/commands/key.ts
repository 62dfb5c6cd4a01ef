import { resolve } from 'node:path';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { SigningError } from '../../signing/errors.ts';
import { generateKey } from '../../signing/keys/generate-key.ts';
import { isKeyFile, openKey, passwordFrom } from '../../signing/keys/open-key.ts';
import type { AskPassword } from '../../signing/keys/private-key.ts';
import { type SigningKey, toPublicPem } from '../../signing/keys/signing-key.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { Terminal } from '../terminal.ts';

/** Asks on the terminal, without showing what is typed. */
export function askSecretly({ ask }: Terminal): AskPassword {
  return async (what) => (ask === undefined ? null : ask(`${what}: `, { isSecret: true }));
}

/** A key as the command line names it: files are looked for from the working directory. */
export function openNamedKey(reference: string, terminal: Terminal): Promise<SigningKey> {
  const { environment, signal, workingDirectory } = terminal;
  const named = isKeyFile(reference) ? resolve(workingDirectory, reference) : reference;
  return openKey(named, { environment, signal, ask: askSecretly(terminal) });
}

export interface GenerateFlags {
  readonly output: string;
  readonly format: string;
}

/** Makes a pair of keys. */
export async function generateKeyCommand(flags: GenerateFlags, terminal: Terminal): Promise<ExitStatus> {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const password = await newPassword(terminal);
  const key = generateKey(resolve(terminal.workingDirectory, flags.output), password);
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson(key)
        : `private key: ${escapeTerminal(key.privateFile)}, encrypted; keep it and its password\n` +
          `public key:  ${escapeTerminal(key.publicFile)}, for those who verify\n` +
          `identifier:  ${key.id}\n`,
    terminal.stdout,
  );
  return 0;
}

/** Typed twice, since nothing else would tell that it was mistyped. */
async function newPassword(terminal: Terminal): Promise<string> {
  let isTyped = false;
  const ask = askSecretly(terminal);
  const password = await passwordFrom({
    environment: terminal.environment,
    ask: async (what) => {
      isTyped = true;
      return ask(what);
    },
  })('Password for the new key');
  if (password === null)
    throw new SigningError('SIGNING_KEY_PASSWORD', 'no password was given for the new key');
  if (isTyped && (await ask('The same again')) !== password)
    throw new SigningError('SIGNING_KEY_PASSWORD', 'the passwords differ', {
      remedy: 'Run the command again, and type the same password twice.',
    });
  return password;
}

export interface PublicFlags {
  readonly format: string;
}

/** Prints the public half of a key, wherever it lies. */
export async function publicKeyCommand(
  reference: string,
  flags: PublicFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const { publicKey, id } = await openNamedKey(reference, terminal);
  const pem = toPublicPem(publicKey);
  writeTargets(
    targets,
    (format) => (format === 'json' ? formatJson({ id, publicKey: pem }) : pem),
    terminal.stdout,
  );
  return 0;
}
