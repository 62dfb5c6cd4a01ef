import { dataDirectory } from '../../assess/directories.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatCount, plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { formatTable } from '../../report/table.ts';
import { recallChannel } from '../../updates/distribution/remembered-channel.ts';
import { UpdateError } from '../../updates/errors.ts';
import { feedsFolder, type FeedState } from '../../updates/upstream/feed-state.ts';
import { forgetSelection, recallSelection } from '../../updates/upstream/selection.ts';
import { updateFeeds, type FeedsUpdate } from '../../updates/upstream/update-feeds.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { createStatusLine } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';
import { updateFromChannelCommand, type ChannelFlags } from './db-channel.ts';

export type UpdateFlags = ChannelFlags & {
  readonly upstream?: boolean;
  readonly source: readonly string[];
  readonly sources?: string;
  readonly without: readonly string[];
  readonly acceptLicence: readonly string[];
  readonly acceptShrink: readonly string[];
  readonly force?: boolean;
};

/**
 * A database comes from a channel or from upstream sources, whichever was named last.
 *
 * @throws {UpdateError} UPDATE_FROM_NOWHERE when neither ever was
 */
export async function updateDatabase(flags: UpdateFlags, terminal: Terminal): Promise<ExitStatus> {
  const data = dataDirectory(terminal.environment);
  const folder = feedsFolder(data);
  const namesUpstream =
    flags.upstream === true ||
    flags.sources !== undefined ||
    [flags.source, flags.without, flags.acceptLicence, flags.acceptShrink].some(({ length }) => length > 0);
  const namesChannel = flags.from.length > 0 || flags.key !== undefined;
  if (namesUpstream && namesChannel)
    throw new CliError(
      'USAGE',
      'a database comes from a channel (--from) or from upstream sources, not both',
    );
  if (namesUpstream || (!namesChannel && recallSelection(folder) !== null))
    return updateFromUpstream(flags, terminal);
  if (!namesChannel && recallChannel(data) === null)
    throw new UpdateError('UPDATE_FROM_NOWHERE', 'neither a channel nor a source was ever named');
  const status = await updateFromChannelCommand(flags, terminal);
  forgetSelection(folder);
  return status;
}

async function updateFromUpstream(flags: UpdateFlags, terminal: Terminal): Promise<ExitStatus> {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const { environment, signal, now, stderr } = terminal;
  const line = createStatusLine(stderr, { quiet: flags.quiet === true, now });
  let update: FeedsUpdate;
  try {
    update = await updateFeeds({
      ...flags,
      dataDirectory: dataDirectory(environment),
      now,
      onProgress: (what) => line.draw(what),
      web: {
        environment,
        signal,
        offline: flags.offline === true,
        onRetry: (host, attempt, reason) => line.draw(`${host}: attempt ${attempt} failed: ${reason}`, true),
      },
    });
  } finally {
    line.clear();
  }
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson(update) : formatUpdate(update, styleFor(terminal.stdout, environment)),
    terminal.stdout,
  );
  return update.feeds.some(({ problem }) => problem !== null) ? 1 : 0;
}

function formatUpdate({ feeds, database }: FeedsUpdate, style: Style): string {
  const problems = feeds.filter(({ problem }) => problem !== null);
  return [
    formatTable<FeedState>(
      [
        { title: 'SOURCE', text: ({ id }) => id },
        { title: 'STATE', text: ({ outcome }) => outcome },
        { title: 'RECORDS', align: 'right', text: ({ facts }) => formatCount(facts?.records ?? 0) },
        { title: 'CHANGED', text: ({ facts }) => facts?.fetchedAt ?? 'never' },
      ],
      feeds,
      style,
    ),
    ...problems.map(({ id, problem }) => `\n${escapeTerminal(`${id}: ${problem ?? ''}`)}\n`),
    database === null
      ? '\nNo database was made: no source has any facts.\n'
      : `\n${database.isNew ? 'A new database was made' : 'The database is up to date'}: ${escapeTerminal(database.file)}\n${database.content}\n`,
    problems.length === 0
      ? ''
      : `${plural(problems.length, 'source')} of ${feeds.length} could not be brought up to date.\n`,
  ].join('');
}
