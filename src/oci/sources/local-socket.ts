import { OciError } from '../errors.ts';
import { systemErrorCode } from './host-file.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  ECONNREFUSED: 'nobody listens',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTSOCK: 'is not a socket',
};

/** Why nobody can be reached at a socket, in words; null when the error is of another kind. */
export function unreachableReason(error: unknown): string | null {
  return REASONS[systemErrorCode(error)] ?? null;
}

/**
 * The socket that an address names, as in `DOCKER_HOST`.
 *
 * @throws {OciError} DAEMON_UNAVAILABLE for everything but sockets of this machine
 */
export function socketOf(address: string, variable: string): string {
  if (address.startsWith('unix://')) return address.slice('unix://'.length);
  if (address.startsWith('/')) return address;
  // Without what an address may hold of a user and a password.
  const shown = `${address.split('://')[0] ?? ''}://`;
  throw new OciError(
    'DAEMON_UNAVAILABLE',
    `${variable} names an engine by ${shown}; only unix:// is supported`,
    {
      subject: variable,
      remedy: 'Save the image on that machine with docker save, and name the archive with docker-archive:.',
    },
  );
}
