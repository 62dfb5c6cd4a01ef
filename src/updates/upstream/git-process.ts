/**
 * The program git, with nothing that a repository could have run or redirect: no hooks, filters, submodules or prompts, only
 * the protocols that are asked for, and nothing of the user's own configuration but the way to the network. The configuration in
 * the repository itself may have been written by somebody else, too.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

export interface GitSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Beside HTTPS. */
  readonly protocols?: readonly ('ssh' | 'file')[];
  /** A descriptor that git, and what it starts, keep open as long as they live. Default: null. */
  readonly heldOpen?: number | null;
}

export interface GitProcess {
  readonly input: Writable;
  readonly output: AsyncIterable<Uint8Array>;
  readonly ended: Promise<GitEnd>;
  kill(): void;
}

export interface GitEnd {
  /** What git complained of, on one line; empty when it succeeded. */
  readonly complaint: string;
  /** There is no program git. */
  readonly isMissing: boolean;
}

const SETTINGS = [
  'core.alternateRefsCommand=true',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.sshCommand=ssh -o BatchMode=yes',
  'credential.helper=',
  'fetch.recurseSubmodules=false',
  'gc.autoDetach=false',
  'log.showSignature=false',
  'maintenance.auto=false',
  'transfer.fsckObjects=true',
];

const KEPT_VARIABLES = /^(?:PATH|HOME|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR))$/i;

/** Starts git. It ends with the signal. */
export function startGit(
  args: readonly string[],
  { environment, signal, protocols = [], heldOpen = null }: GitSurroundings,
): GitProcess {
  const child = spawn('git', [...SETTINGS.flatMap((setting) => ['-c', setting]), ...args], {
    env: {
      ...Object.fromEntries(Object.entries(environment).filter(([name]) => KEPT_VARIABLES.test(name))),
      // unlike settings, this one gives way to no configuration
      GIT_ALLOW_PROTOCOL: ['https', ...protocols].join(':'),
      GIT_NO_LAZY_FETCH: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '',
      LC_ALL: 'C',
    },
    stdio: ['pipe', 'pipe', 'pipe', ...(heldOpen === null ? [] : [heldOpen])],
    signal,
    // by their types, the first three are pipes only where there is no fourth
  }) as ChildProcessWithoutNullStreams;
  const ended = new Promise<GitEnd>((resolve) => {
    let complaint = '';
    child.stderr.on(
      'data',
      (chunk: Buffer) => (complaint = (complaint + chunk.toString('utf8')).slice(-2_000)),
    );
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ complaint: error.message, isMissing: error.code === 'ENOENT' }),
    );
    child.on('close', (status) => {
      const said = complaint.replaceAll(/\s+/g, ' ').trim();
      resolve({ complaint: status === 0 ? '' : said || `status ${status}`, isMissing: false });
    });
  });
  // a git that ended early says why by itself
  child.stdin.on('error', () => {});
  return { input: child.stdin, output: child.stdout, ended, kill: () => child.kill() };
}
