import type { AssessmentProgress } from '../assess/progress.ts';
import { escapeTerminal, shorten } from '../report/escape.ts';
import { formatBytes, plural } from '../report/quantity.ts';
import type { Writer } from './terminal.ts';

/** Redrawing more often than this only costs time. */
const REDRAW_MS = 80;

/** One line on stderr that is drawn over itself. */
export interface StatusLine {
  /** `force` draws even right after the last time. */
  draw(text: string, force?: boolean): void;
  /** Removes the line, so that a report starts on a clean one. */
  clear(): void;
}

/** Does nothing when stderr is not a terminal or when `quiet`. */
export function createStatusLine(stderr: Writer, options: { quiet: boolean; now: () => number }): StatusLine {
  if (options.quiet || stderr.isTTY !== true) return { draw: () => {}, clear: () => {} };
  let drawnAt = 0;
  return {
    draw(text, force = false) {
      const now = options.now();
      if (!force && now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      stderr.write(`\r\u001b[K${shorten(escapeTerminal(text), (stderr.columns ?? 80) - 1)}`);
    },
    clear: () => void stderr.write('\r\u001b[K'),
  };
}

/** Shows what an assessment is doing on a status line. */
export function showProgress(line: StatusLine): (event: AssessmentProgress) => void {
  const blobs = new Map<string, { readonly done: number; readonly total: number }>();
  return (event) => {
    switch (event.kind) {
      case 'resolving':
        line.draw(`Resolving ${event.reference}`, true);
        break;
      case 'retrying':
        line.draw(`${event.address}: ${event.reason}; try ${event.attempt}`, true);
        break;
      case 'matching':
        line.draw(`Matching ${plural(event.packages, 'package')}`, true);
        break;
      case 'blob': {
        blobs.set(event.digest, { done: event.doneBytes, total: event.totalBytes });
        const sum = (pick: 'done' | 'total') =>
          [...blobs.values()].reduce((bytes, blob) => bytes + blob[pick], 0);
        line.draw(`Reading layers: ${formatBytes(sum('done'))} of ${formatBytes(sum('total'))}`);
        break;
      }
    }
  };
}
