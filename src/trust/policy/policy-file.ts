/** Where a trust policy lies, and its text: the edge to the file system. Nothing here knows what is in it. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { TrustError } from '../errors.ts';

export const POLICY_FILE = 'hallmark-trust.yaml';

/** Policies are small; recorded verifications, which are read by the same function, are not. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface PolicyPlace {
  /** What `--policy` names; undefined where it was not given. */
  readonly given?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly workingDirectory: string;
}

/** A policy that nobody has looked into. */
export interface PolicyText {
  readonly text: string;
  /** Absolute. */
  readonly file: string;
  /** For messages: the file as the user wrote it. */
  readonly name: string;
}

/**
 * The policy that was named, else `$HALLMARK_TRUST_POLICY`, else `hallmark-trust.yaml` in the working directory, else
 * `hallmark/trust.yaml` in the user's configuration folder.
 *
 * @returns null when none was named and there is none
 * @throws {TrustError} POLICY_UNREADABLE
 */
export function findPolicy({ given, environment, workingDirectory }: PolicyPlace): PolicyText | null {
  const named = given ?? (environment['HALLMARK_TRUST_POLICY'] || undefined);
  if (named !== undefined) {
    const file = resolve(workingDirectory, named);
    return { text: readPolicyText(file), file, name: named };
  }
  const xdg = environment['XDG_CONFIG_HOME'];
  // the specification: a relative path is invalid and to be ignored
  const configuration = xdg?.startsWith('/') ? xdg : join(environment['HOME'] || homedir(), '.config');
  const user = join(configuration, 'hallmark', 'trust.yaml');
  for (const name of [POLICY_FILE, user]) {
    const file = resolve(workingDirectory, name);
    const text = readText(file, { mayLack: true });
    if (text !== null) return { text, file, name };
  }
  return null;
}

/** The text of a file that has to do with policies. @throws {TrustError} POLICY_UNREADABLE */
export function readPolicyText(file: string): string {
  return readText(file, { mayLack: false }) ?? '';
}

/** Null for a file that is not there, where that may be. */
function readText(file: string, { mayLack }: { readonly mayLack: boolean }): string | null {
  let bytes: Buffer | null;
  try {
    bytes = readBoundedFile(file, MAX_BYTES);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (mayLack && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    throw unreadable(file, 'cannot be read', cause);
  }
  if (bytes === null) throw unreadable(file, `has more than ${MAX_BYTES} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(file, 'is not UTF-8', cause);
  }
}

const unreadable = (file: string, reason: string, cause?: unknown): TrustError =>
  new TrustError('POLICY_UNREADABLE', `${file} ${reason}`, { subject: file, cause });
