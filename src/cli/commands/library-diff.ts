import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { openGitStore } from '../../library/git/git-store.ts';
import { openProgramme } from '../../library/programme/open-programme.ts';
import type { ProgrammeSettings } from '../../library/programme/programme.ts';
import { type Acknowledgement, parseAcknowledgement } from '../../library/review/acknowledgement.ts';
import { formatReviewMarkdown, formatReviewTerminal } from '../../library/review/format-review.ts';
import { gitFolder } from '../../library/running/programme-folders.ts';
import { recordedContents } from '../../library/running/read-programme.ts';
import { verdictOf, type Review } from '../../library/review/review.ts';
import { reviewChange } from '../../library/review/review-change.ts';
import { toReviewDocument } from '../../library/review/review-schema.ts';
import { type Revision, revisionAt, revisionOf } from '../../library/review/revision.ts';
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
  const acknowledged = flags.acknowledge.map(readAcknowledgement);
  const programme = openProgramme(programmeFolder(flags, terminal));
  const { settings } = programme;
  const store = openGitStore({ ...terminal, settings: settings.git, folder: gitFolder(settings) });
  let review: Review;
  try {
    review = await reviewChange({
      base: await revisionNamed(base, settings, terminal),
      head: head === null ? revisionOf(programme) : await revisionNamed(head, settings, terminal),
      store,
      contents: recordedContents(settings),
      isFetched: flags.fetch === true,
      acknowledged,
      place: { ...terminal, scratch: terminal.environment['TMPDIR'] || tmpdir() },
      nowMs: terminal.now(),
    });
  } finally {
    await store.close();
  }
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

/** A folder where there is one of that name, else a revision in git. */
async function revisionNamed(
  name: string,
  settings: ProgrammeSettings,
  terminal: Terminal,
): Promise<Revision> {
  const folder = resolve(terminal.workingDirectory, name);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? revisionOf(openProgramme(folder)) : await revisionAt(settings, name, terminal);
}

function readAcknowledgement(text: string): Acknowledgement {
  const acknowledgement = parseAcknowledgement(text);
  if (acknowledgement !== null) return acknowledgement;
  throw new CliError('USAGE', `${JSON.stringify(text)} names no rule of review`, {
    remedy: 'Write it as tags.lost or tags.lost:mongo:latest; docs/review-checks.md lists every rule.',
  });
}
