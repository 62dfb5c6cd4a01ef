import type { AssessmentProgress } from '../assess/progress.ts';
import { escapeTerminal, shorten } from '../report/escape.ts';
import { formatBytes } from '../report/quantity.ts';
import type { Writer } from './terminal.ts';

export interface ProgressDisplay {
  report(event: AssessmentProgress): void;
  /** Clears the line, so that the report starts on a clean one. */
  done(): void;
}

const SILENT: ProgressDisplay = { report: () => {}, done: () => {} };

/** Redrawing more often than this only costs time. */
const REDRAW_MS = 80;

/** One line on stderr that is redrawn; nothing when stderr is not a terminal or when `quiet`. */
export function createProgress(
  stderr: Writer,
  options: { quiet: boolean; now: () => number },
): ProgressDisplay {
  if (options.quiet || stderr.isTTY !== true) return SILENT;
  const layers = new Map<string, { done: number; total: number }>();
  let drawnAt = 0;
  const draw = (text: string, force: boolean) => {
    const now = options.now();
    if (!force && now - drawnAt < REDRAW_MS) return;
    drawnAt = now;
    stderr.write(`\r\u001b[K${shorten(escapeTerminal(text), (stderr.columns ?? 80) - 1)}`);
  };
  return {
    report(event) {
      switch (event.kind) {
        case 'resolving':
          draw(`Resolving ${event.reference}`, true);
          break;
        case 'retrying':
          draw(`${event.address}: ${event.reason}; try ${event.attempt}`, true);
          break;
        case 'blob': {
          layers.set(event.digest, { done: event.doneBytes, total: event.totalBytes });
          const sum = (pick: 'done' | 'total') =>
            [...layers.values()].reduce((bytes, layer) => bytes + layer[pick], 0);
          draw(`Reading layers: ${formatBytes(sum('done'))} of ${formatBytes(sum('total'))}`, false);
          break;
        }
        case 'matching':
          draw(`Matching ${event.packages.toLocaleString('en')} packages`, true);
          break;
      }
    },
    done: () => void stderr.write('\r\u001b[K'),
  };
}
