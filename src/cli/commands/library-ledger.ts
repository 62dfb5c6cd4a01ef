import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeDocuments } from '../../library/documents/write-documents.ts';
import { formatAtom } from '../../library/feeds/atom-feed.ts';
import { feedFiles, feedOptions } from '../../library/feeds/feed-files.ts';
import { feedPages, type FeedPage } from '../../library/feeds/feed.ts';
import { formatJsonFeed } from '../../library/feeds/json-feed.ts';
import type { LedgerEntry } from '../../library/ledger/entry.ts';
import { formatLedger, formatLedgerLines } from '../../library/ledger/format-ledger.ts';
import { verifyLedger } from '../../library/ledger/ledger-chain.ts';
import { readLedgerLines } from '../../library/ledger/read-ledger.ts';
import { openSettings } from '../../library/programme/open-programme.ts';
import { openStateToRead } from '../../library/state/open-state.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { issueDate, styleFor, type Terminal } from '../terminal.ts';

export interface LedgerFlags extends ProgrammeFlags {
  readonly from: number;
  readonly verify?: true;
  /** A copy of a ledger, to be told in place of the programme's own. */
  readonly file?: string;
  readonly feeds?: string;
  readonly address?: string;
  readonly format: readonly string[];
}

const FORMATS = ['terminal', 'json', 'jsonfeed', 'atom'] as const;

/** A ledger that does not hold is an error, LEDGER_BROKEN. */
export function tellLedger(
  repositories: readonly string[],
  flags: LedgerFlags,
  terminal: Terminal,
): ExitStatus {
  const targets = parseTargets(flags.format, FORMATS);
  const address = folderAddress(flags.address);
  const settings = openSettings(programmeFolder(flags, terminal));
  const ledger =
    flags.file === undefined
      ? readLedger(settings.state)
      : readCopy(resolve(terminal.workingDirectory, flags.file));
  if (flags.verify === true) {
    const { entries, digest } = verifyLedger(ledger);
    terminal.stderr.write(
      `the ledger holds: ${plural(entries, 'entry', 'entries')}, ${digest ?? 'nothing yet'}\n`,
    );
  }
  const options = feedOptions(settings, issueDate(terminal));
  if (flags.feeds !== undefined) {
    const folder = resolve(terminal.workingDirectory, flags.feeds);
    const { changed } = writeDocuments(feedFiles(ledger, { ...options, address }), folder, { write: true });
    for (const path of changed) terminal.stdout.write(`${escapeTerminal(path)}\n`);
    return 0;
  }
  const wanted = new Set(repositories);
  const told = ledger.filter(
    ({ sequence, event }) => sequence >= flags.from && (wanted.size === 0 || wanted.has(event.repository)),
  );
  if (told.length === 0) terminal.stderr.write('the ledger has no entry of this yet\n');
  const newest = (): FeedPage => {
    const [repository = null, ...others] = repositories;
    if (others.length > 0) throw new CliError('USAGE', 'a feed is of one repository, or of all');
    const own = address === null ? null : new URL('feed.json', address).href;
    return feedPages(ledger, { ...options, repository, address: own })[0];
  };
  writeTargets(
    targets,
    (format) => {
      switch (format) {
        case 'terminal':
          return formatLedger(told, styleFor(terminal.stdout, terminal.environment));
        case 'json':
          return formatLedgerLines(told);
        case 'jsonfeed':
          return formatJsonFeed(newest());
        case 'atom':
          return formatAtom(newest());
      }
    },
    terminal.stdout,
  );
  return 0;
}

function readLedger(folder: string): readonly LedgerEntry[] {
  const state = openStateToRead(folder);
  try {
    return [...state.ledger()];
  } finally {
    state.close();
  }
}

function readCopy(file: string): readonly LedgerEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('USAGE', `cannot read the ledger ${file}: ${reason}`, { cause });
  }
  return [...readLedgerLines(text.split('\n'))];
}

/** Of a folder: it ends in a slash. */
function folderAddress(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  throw new CliError('USAGE', `--address ${JSON.stringify(text)} is not an address of the web`);
}
