import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import { dataDirectory } from '../../assess/directories.ts';
import { type ExitStatus, HallmarkError } from '../../model/errors.ts';
import { DEFAULT_RETRY_POLICY, withRetries } from '../../oci/registry/retry.ts';
import { createTransport } from '../../oci/registry/transport.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatDay, plural } from '../../report/quantity.ts';
import { builtInOrigins, PUBLIC_GOOD } from '../../trust/material/built-in.ts';
import { chooseTrustRoot } from '../../trust/material/choose-trust-root.ts';
import { TrustError } from '../../trust/errors.ts';
import { readCachedTrustRoot } from '../../trust/tuf/cached-trust-root.ts';
import { importTrustRoot, resolveTrustRoot } from '../../trust/tuf/known-trust-roots.ts';
import { type RefreshOutcome, refreshTrustRoot } from '../../trust/tuf/refresh-trust-root.ts';
import { formatExport, listStates, parseExport } from '../../trust/tuf/trust-root-state.ts';
import { CliError, formatError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { createStatusLine } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

const TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;
const FORMATS = ['terminal', 'json'] as const;

/** A trust root as it is shown, and as JSON has it. */
interface TrustRootLine {
  readonly name: string;
  readonly origin: 'bundled' | 'tuf' | 'file';
  /** Address of the TUF repository. */
  readonly mirror: string;
  readonly rootVersion: number;
  /** RFC 3339. */
  readonly updated: string;
  readonly expires: string;
  /** Whole days since it was known to be current. */
  readonly ageDays: number;
  readonly isExpired: boolean;
  /** Of an update: whether it brought another trust root than the one before. */
  readonly isChanged?: boolean;
}

/** Lists the trust roots that signatures are verified with. */
export function showTrustRoots(flags: { readonly format: string }, terminal: Terminal): ExitStatus {
  const data = dataDirectory(terminal.environment);
  const lines = chooseTrustRoot({ dataDirectory: data }).flatMap(({ name, origin }) => {
    const source = origin === 'bundled' ? builtInOrigins().publicGood : readCachedTrustRoot(data, name);
    return source === null ? [] : [toLine(name, origin, source, terminal)];
  });
  print(lines, flags.format, terminal);
  return 0;
}

export interface UpdateFlags {
  readonly name?: string;
  readonly mirror?: URL;
  readonly root?: string;
  readonly quiet?: boolean;
  readonly format: string;
}

/** Fetches the trust roots that are known, or the one that is named. Exit status 1 when one of several cannot be fetched. */
export async function updateTrustRoots(flags: UpdateFlags, terminal: Terminal): Promise<ExitStatus> {
  const { environment, signal, stderr } = terminal;
  const data = dataDirectory(environment);
  const initialRoot = flags.root === undefined ? null : readGiven(flags.root, terminal);
  const mirror = flags.mirror ?? null;
  const targets = namesFor(flags, data).map((name) =>
    resolveTrustRoot({ dataDirectory: data, name, mirror, initialRoot }),
  );
  const status = createStatusLine(stderr, { quiet: flags.quiet === true, now: terminal.now });
  const transport = createTransport({ timeoutMs: TIMEOUT_MS, offline: false, environment });
  const ask = (url: URL, until: AbortSignal) =>
    withRetries(
      () => transport.request({ method: 'GET', url, headers: {}, signal: until }),
      DEFAULT_RETRY_POLICY,
      until,
      (attempt, error) => status.draw(`${url.host}: attempt ${attempt} failed: ${error.message}`, true),
    );
  const lines: TrustRootLine[] = [];
  const failures: HallmarkError[] = [];
  try {
    for (const target of targets) {
      status.draw(`Updating ${target.name} from ${target.mirror.href}`, true);
      try {
        lines.push(
          toOutcome(
            await refreshTrustRoot({ ...target, ask, now: new Date(terminal.now()), signal }),
            terminal,
          ),
        );
      } catch (error) {
        if (!(error instanceof HallmarkError) || targets.length === 1) throw error;
        failures.push(error);
      }
    }
  } finally {
    status.clear();
    await transport.close();
  }
  print(lines, flags.format, terminal);
  for (const failure of failures) stderr.write(formatError(failure).text);
  return failures.length === 0 ? 0 : 1;
}

function namesFor({ name, mirror, root }: UpdateFlags, data: string): readonly string[] {
  if (name !== undefined) return [name];
  if (root !== undefined && mirror !== undefined) return [mirror.hostname];
  if (root === undefined && mirror === undefined) {
    return [PUBLIC_GOOD, ...listStates(data).filter((known) => known !== PUBLIC_GOOD)];
  }
  throw new CliError('USAGE', '--mirror and --root alone do not say which trust root is meant', {
    remedy: 'Give --name too, or both of them.',
  });
}

/** Writes a trust root to a file that can be carried. */
export function exportTrustRoot(
  file: string,
  { name }: { readonly name: string },
  terminal: Terminal,
): ExitStatus {
  const repository = readCachedTrustRoot(dataDirectory(terminal.environment), name);
  if (repository === null) {
    throw new TrustError('TRUST_ROOT_UNKNOWN', `the trust root ${name} was never fetched`, {
      subject: name,
      remedy: 'Run "hallmark trust root update" first.',
    });
  }
  const place = resolve(terminal.workingDirectory, file);
  try {
    replaceFile(place, (partial) => writeFileSync(partial, formatExport(repository)));
  } catch (cause) {
    throw new CliError('OUTPUT_FAILED', `cannot write ${file}`, { subject: file, cause });
  }
  const line = toLine(name, 'tuf', repository, terminal);
  terminal.stderr.write(`written to ${escapeTerminal(file)}: ${describe(line)}\n`);
  return 0;
}

/** Verifies a trust root that was carried here, and uses it from now on. */
export async function importTrustRootCommand(
  file: string,
  flags: { readonly root?: string; readonly format: string },
  terminal: Terminal,
): Promise<ExitStatus> {
  const outcome = await importTrustRoot(parseExport(readGiven(file, terminal), file), {
    dataDirectory: dataDirectory(terminal.environment),
    initialRoot: flags.root === undefined ? null : readGiven(flags.root, terminal),
    now: new Date(terminal.now()),
    signal: terminal.signal,
  });
  print([toOutcome(outcome, terminal)], flags.format, terminal);
  return 0;
}

function readGiven(file: string, { workingDirectory }: Terminal): Buffer {
  try {
    return readFileSync(resolve(workingDirectory, file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('USAGE', `cannot read ${file}: ${reason}`, { subject: file, cause });
  }
}

function toOutcome({ repository, isChanged }: RefreshOutcome, terminal: Terminal): TrustRootLine {
  return { ...toLine(repository.name, 'tuf', repository, terminal), isChanged };
}

function toLine(
  name: string,
  origin: TrustRootLine['origin'],
  source: Pick<TrustRootLine, 'mirror' | 'rootVersion' | 'updated' | 'expires'>,
  terminal: Terminal,
): TrustRootLine {
  const now = terminal.now();
  const { mirror, rootVersion, updated, expires } = source;
  return {
    name,
    origin,
    mirror,
    rootVersion,
    updated,
    expires,
    ageDays: Math.max(0, Math.floor((now - Date.parse(updated)) / DAY_MS)),
    isExpired: Date.parse(expires) <= now,
  };
}

function print(lines: readonly TrustRootLine[], format: string, { stdout }: Terminal): void {
  writeTargets(
    parseTargets([format], FORMATS),
    (one) => (one === 'json' ? formatJson(lines) : lines.map((line) => `${describe(line)}\n`).join('')),
    stdout,
  );
}

function describe({ name, origin, mirror, updated, expires, ageDays, ...rest }: TrustRootLine): string {
  const change = rest.isChanged === undefined ? '' : rest.isChanged ? ', changed' : ', unchanged';
  const source = origin === 'bundled' ? 'came with Hallmark' : `from ${mirror}`;
  return escapeTerminal(
    `${name}: ${source}${change}, as of ${formatDay(updated)} (${plural(ageDays, 'day')} ago), ` +
      `${rest.isExpired ? 'expired' : 'good until'} ${formatDay(expires)}, root version ${rest.rootVersion}`,
  );
}
