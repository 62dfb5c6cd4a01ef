import { type Acknowledgement, parseAcknowledgement } from '../../library/review/acknowledgement.ts';
import { formatReviewMarkdown, formatReviewTerminal } from '../../library/review/format-review.ts';
import { reviewProgramme } from '../../library/running/review-programme.ts';
import { verdictOf } from '../../library/review/review.ts';
import { toReviewDocument } from '../../library/review/review-schema.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatJson } from '../../report/json.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface DiffFlags extends ProgrammeFlags {
  readonly acknowledge: readonly string[];
  readonly fetch?: true;
  readonly summary?: true;
  readonly format: readonly string[];
}

const EXIT: Readonly<Record<ReturnType<typeof verdictOf>, ExitStatus>> = { sound: 0, broken: 2, unclear: 4 };

/** Exit status 2 when a rule is broken and not acknowledged, 4 when something could not be checked. */
export async function reviewDefinitions(
  base: string,
  head: string | null,
  flags: DiffFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const targets = parseTargets(flags.format, ['terminal', 'markdown', 'json']);
  const review = await reviewProgramme(programmeFolder(flags, terminal), {
    ...terminal,
    base,
    head,
    acknowledged: flags.acknowledge.map(readAcknowledgement),
    isFetched: flags.fetch === true,
  });
  const text = { differences: flags.summary !== true };
  writeTargets(
    targets,
    (format) =>
      format === 'json'
        ? formatJson(toReviewDocument(review))
        : format === 'markdown'
          ? formatReviewMarkdown(review, text)
          : formatReviewTerminal(review, styleFor(terminal.stdout, terminal.environment), text),
    terminal.stdout,
  );
  return EXIT[verdictOf(review)];
}

function readAcknowledgement(text: string): Acknowledgement {
  const acknowledgement = parseAcknowledgement(text);
  if (acknowledgement !== null) return acknowledgement;
  throw new CliError('USAGE', `${JSON.stringify(text)} names no rule of review`, {
    remedy: 'Write it as tags.lost or tags.lost:mongo:latest; docs/review-checks.md lists every rule.',
  });
}
