import { askProgram, type ProgramLimits } from '../../programs/ask-program.ts';
import { OciError } from '../errors.ts';
import { applyShape, object, ShapeMismatch, string } from '../shape.ts';
import type { Environment } from './credentials.ts';

const LIMITS: ProgramLimits = { timeoutMs: 30_000, outputBytes: 256 * 1024 };

const answerShape = object({ Username: string(), Secret: string() });

/** What a helper stores for a server. The user `<token>` means that the secret is an identity token. */
export interface HelperAnswer {
  readonly username: string;
  readonly secret: string;
}

/**
 * Asks `docker-credential-NAME get`, found on PATH and run without a shell. Null when it has nothing for the server.
 * docker/docker-credential-helpers, README, "Development".
 *
 * @param server as Docker names it: a host, or `https://index.docker.io/v1/`
 * @throws {OciError} REGISTRY_CREDENTIALS; its message never repeats what the helper printed, which may be a secret
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  environment: Environment,
): Promise<HelperAnswer | null> {
  const program = `docker-credential-${name}`;
  const failed = (reason: string): OciError =>
    new OciError('REGISTRY_CREDENTIALS', `the credential helper ${JSON.stringify(program)} ${reason}`, {
      subject: server,
    });
  // The name comes from a file: nothing that leads to another directory may be run.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw failed('has a name that is not allowed');
  const said = await askProgram({
    program,
    args: ['get'],
    input: `${server}\n`,
    environment,
    limits: LIMITS,
  });
  if (said.kind !== 'answered') throw failed(said.because);
  const stdout = said.stdout.toString('utf8');
  if (said.exit !== 0) {
    if (/credentials not found/i.test(stdout)) return null;
    throw failed(said.exit === null ? 'was ended by a signal' : `failed (${said.exit})`);
  }
  const answer = applyShape(answerShape, readJson(stdout));
  if (answer instanceof ShapeMismatch || answer.Secret === '')
    throw failed('did not answer with a user name and a secret');
  return { username: answer.Username, secret: answer.Secret };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
