import { escapeTerminal } from '../../report/escape.ts';
import type { Style } from '../../report/style.ts';
import { describeEvent, entryTitle } from './describe-entry.ts';
import type { LedgerEntry } from './entry.ts';

/** Entries for people, in the order that they are given. */
export function formatLedger(entries: readonly LedgerEntry[], style: Style): string {
  const told = entries.map(({ sequence, at, event }) => {
    const title = `${style.paint('dim', `${sequence}  ${escapeTerminal(at)}`)}  ${style.paint('bold', escapeTerminal(entryTitle(event)))}`;
    return [title, ...describeEvent(event).map((sentence) => `    ${escapeTerminal(sentence)}`), ''].join(
      '\n',
    );
  });
  return told.join('\n');
}

/** One entry a line: a copy of the ledger that others can verify, and that grows at its end. */
export function formatLedgerLines(entries: readonly LedgerEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
