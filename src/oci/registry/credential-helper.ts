import { execFile } from 'node:child_process';
import { OciError } from '../errors.ts';
import { applyShape, object, ShapeMismatch, string } from '../shape.ts';
import type { Environment } from './credentials.ts';

const HELPER_TIMEOUT_MS = 30_000;
const HELPER_OUTPUT_BYTES = 256 * 1024;

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
  const { code, stdout } = await run(program, `${server}\n`, environment);
  if (code === 'ENOENT') throw failed('is not installed');
  if (code !== null) {
    if (/credentials not found/i.test(stdout)) return null;
    throw failed(`failed (${code})`);
  }
  const answer = applyShape(answerShape, readJson(stdout));
  if (answer instanceof ShapeMismatch || answer.Secret === '')
    throw failed('did not answer with a user name and a secret');
  return { username: answer.Username, secret: answer.Secret };
}

interface HelperRun {
  /** Null for success; else the exit status, the signal or the system's error. */
  readonly code: string | null;
  readonly stdout: string;
}

function run(program: string, input: string, environment: Environment): Promise<HelperRun> {
  return new Promise((resolve) => {
    const limits = {
      timeout: HELPER_TIMEOUT_MS,
      maxBuffer: HELPER_OUTPUT_BYTES,
      killSignal: 'SIGKILL',
    } as const;
    const child = execFile(program, ['get'], { ...limits, env: { ...environment } }, (error, stdout) => {
      const code = error === null ? null : String(error.code ?? error.signal ?? 'killed');
      resolve({ code, stdout });
    });
    // A helper may end without reading its input; its exit status tells what matters.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
