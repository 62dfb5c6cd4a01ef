import { entryUses } from '../../library/contents/content-uses.ts';
import { fetchContents } from '../../library/contents/fetch-contents.ts';
import { toFetchDocument } from '../../library/contents/fetch-document.ts';
import { describeProblems } from '../../library/contents/read-contents.ts';
import { readRecordedContents, writeRecordedContents } from '../../library/contents/recorded-contents.ts';
import { openSettings } from '../../library/programme/open-programme.ts';
import { contentsFile, openCommits } from '../../library/running/programme-folders.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { plural } from '../../report/quantity.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { chosenDefinitions, type DefinitionFlags, tellBroken } from '../library/chosen-definitions.ts';
import { programmeFolder } from '../library/programme-option.ts';
import { createStatusLine } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface FetchFlags extends DefinitionFlags {
  readonly quiet?: boolean;
}

/** Exit status 1 when a commit cannot be had, or what is built from it cannot be used; the others are fetched all the same. */
export async function fetchLibrary(
  references: readonly string[],
  flags: FetchFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { stdout, stderr, now } = terminal;
  const targets = parseTargets(flags.format, ['terminal', 'json'] as const);
  const { chosen, broken } = chosenDefinitions(references, flags, terminal);
  const uses = chosen.flatMap(({ repository, entries }) => entryUses(repository.name, entries));
  const settings = openSettings(programmeFolder(flags, terminal));
  const file = contentsFile(settings);
  const line = createStatusLine(stderr, { quiet: flags.quiet === true, now });
  const store = openCommits(settings, terminal);
  let asked = 0;
  const report = (gitRepo: string, commits: number): void => {
    asked += commits;
    line.draw(`Fetching ${plural(commits, 'commit')} of ${gitRepo}`, true);
  };
  try {
    const reading = await fetchContents(uses, store, readRecordedContents(file), { which: 'all', report });
    if (reading.read > 0) writeRecordedContents(file, reading.recorded);
    line.clear();
    const document = toFetchDocument(asked, reading);
    const said = `${plural(asked, 'commit')} asked for, ${plural(reading.read, 'directory', 'directories')} read\n`;
    writeTargets(targets, (format) => (format === 'json' ? formatJson(document) : said), stdout);
    for (const line of describeProblems(reading.problems)) stderr.write(`${escapeTerminal(line)}\n`);
    const status = tellBroken(broken, terminal);
    return status === 0 && document.problems.length > 0 ? 1 : status;
  } finally {
    line.clear();
    await store.close();
  }
}
