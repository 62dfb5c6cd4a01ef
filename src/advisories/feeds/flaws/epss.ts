import type { ExploitScore, Feed } from '../../feed.ts';

/** No more lines are read than could ever be there: the CVE list held 0.36 million in 2026. */
const MAX_SCORES = 5_000_000;

/**
 * FIRST's daily scores, `epss_scores-YYYY-MM-DD.csv.gz`: a line `#model_version:…,score_date:…`, a header, then
 * `CVE,probability,percentile`.
 */
export const epss: Feed = {
  format: 'epss',

  recognises(document) {
    return document.kind === 'text' && /^(?:#[^\n]*\n)?cve,epss,percentile\s/.test(document.text);
  },

  *read(document, now) {
    if (document.kind !== 'text') return;
    const date = /score_date:(\d{4}-\d{2}-\d{2})/.exec(document.text.slice(0, 500))?.[1];
    const today = now.toISOString().slice(0, 10);
    if (date === undefined) {
      yield {
        kind: 'rejected',
        record: document.path,
        reason: 'the first line does not name the date of the scores',
      };
      return;
    }
    const tally = { broken: 0 };
    yield { kind: 'scores', date: date < today ? date : today, scores: readScores(document.text, tally) };
    if (tally.broken > 0) {
      yield { kind: 'rejected', record: document.path, reason: `${tally.broken} lines are not scores` };
    }
  },
};

const SCORE = /^(CVE-\d{4}-\d{4,19}),([01](?:\.\d{1,20})?),([01](?:\.\d{1,20})?)\r?$/;

function* dataLines(text: string): Iterable<string> {
  let start = text.indexOf('cve,epss,percentile');
  for (let count = 0; count < MAX_SCORES; count++) {
    const newline = text.indexOf('\n', start);
    if (newline < 0 || newline + 1 >= text.length) return;
    start = newline + 1;
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? text.length : end);
  }
}

function* readScores(text: string, tally: { broken: number }): Iterable<ExploitScore> {
  for (const line of dataLines(text)) {
    const [, cve, score, percentile] = SCORE.exec(line) ?? [];
    if (cve !== undefined && Number(score) <= 1 && Number(percentile) <= 1) {
      yield { cve, score: Number(score), percentile: Number(percentile) };
    } else if (line.trim() !== '') {
      tally.broken += 1;
    }
  }
}
