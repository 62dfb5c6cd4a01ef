import { dataDirectory } from '../../assess/directories.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { parseReference } from '../../oci/reference.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatDay, plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { type Column, formatTable } from '../../report/table.ts';
import {
  forgetMemory,
  MEMORY_SCHEMA,
  memoryDirectory,
  readMemory,
  writeMemory,
} from '../../trust/memory/memory-file.ts';
import { acceptChange, historyOf, type RepositoryMemory } from '../../trust/memory/repository-memory.ts';
import type { TagEntry } from '../../trust/memory/tag-history.ts';
import type { TagMark } from '../../trust/memory/tag-mark.ts';
import { policyName } from '../../trust/policy/repository-pattern.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface HistoryFlags {
  readonly format: string;
}

/** Shows what is remembered of a repository. That nothing is, is no failure. */
export function trustHistory(reference: string, flags: HistoryFlags, terminal: Terminal): ExitStatus {
  const targets = parseTargets([flags.format], ['terminal', 'json']);
  const { repository, tag, directory } = placeOf(reference, terminal);
  const memory = readMemory(directory, repository);
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) =>
      format === 'json' ? formatJson({ schema: MEMORY_SCHEMA, ...memory }) : formatMemory(memory, tag, style),
    terminal.stdout,
  );
  return 0;
}

/** Accepts what waits, and says what it was. */
export function trustAccept(reference: string, terminal: Terminal): ExitStatus {
  const { repository, directory } = placeOf(reference, terminal);
  const memory = readMemory(directory, repository);
  const accepted = acceptChange(memory, new Date(terminal.now()));
  if (accepted === null) {
    terminal.stdout.write(`${repository}: no change waits to be accepted\n`);
    return 0;
  }
  writeMemory(directory, accepted);
  const alarms = memory.pending?.alarms ?? [];
  terminal.stdout.write(
    `${repository}: accepted\n${alarms.map((alarm) => `  ${escapeTerminal(alarm)}\n`).join('')}`,
  );
  return 0;
}

/** Forgets a repository, also where its memory cannot be read any more. */
export function trustForget(reference: string, terminal: Terminal): ExitStatus {
  const { repository, directory } = placeOf(reference, terminal);
  const wasThere = forgetMemory(directory, repository);
  terminal.stdout.write(`${repository}: ${wasThere ? 'forgotten' : 'nothing was remembered'}\n`);
  return 0;
}

function placeOf(text: string, { environment }: Terminal) {
  const { registry, repository, tag } = parseReference(text);
  return {
    repository: policyName(registry, repository),
    tag,
    directory: memoryDirectory(dataDirectory(environment)),
  };
}

const COLUMNS: readonly Column<TagEntry>[] = [
  { title: 'FIRST SEEN', text: ({ firstSeen }) => formatDay(firstSeen) },
  { title: 'LAST SEEN', text: ({ lastSeen }) => formatDay(lastSeen) },
  { title: 'SIGNED', text: ({ verifiedTime }) => (verifiedTime === null ? '-' : formatDay(verifiedTime)) },
  {
    title: 'CREATED',
    text: ({ created }) => (created === null ? '-' : created.slice(0, 'yyyy-mm-dd'.length)),
  },
  { title: 'DIGEST', text: ({ digest }) => digest },
];

function formatMemory(
  { repository, expectation, tags, marks, pending }: RepositoryMemory,
  tag: string | null,
  style: Style,
): string {
  const learnt =
    expectation === null
      ? ['nothing was learnt of who signs it\n']
      : [
          `expected since ${formatDay(expectation.since)}\n`,
          ...lines('signer', expectation.signers),
          ...lines('source', expectation.sources),
          ...lines('builder', expectation.builders),
        ];
  const waiting =
    pending === null
      ? []
      : [
          `\n${style.paint('yellow', `Waits to be accepted since ${formatDay(pending.seen)}`)}\n`,
          ...lines('', pending.alarms),
        ];
  return [
    `${style.paint('bold', escapeTerminal(repository))}\n`,
    ...learnt,
    ...waiting,
    formatTag(tags, tag, style),
    ...(tag !== null && Object.hasOwn(marks, tag) ? formatMark(marks[tag]) : []),
  ].join('');
}

const lines = (name: string, texts: readonly string[]): string[] =>
  texts.map((text) => `  ${name === '' ? '' : name.padEnd(8)}${escapeTerminal(text)}\n`);

const formatMark = (mark: TagMark | undefined): string[] =>
  mark === undefined
    ? []
    : [`\nSigned of it: version ${mark.version} for ${mark.digest}, seen ${formatDay(mark.seen)}\n`];

function formatTag(tags: RepositoryMemory['tags'], tag: string | null, style: Style): string {
  const others = Object.keys(tags).filter((name) => name !== tag);
  const more =
    others.length === 0 ? '' : `\nOther tags that were seen: ${escapeTerminal(others.join(', '))}\n`;
  const entries = tag === null ? [] : historyOf(tags, tag).toReversed();
  if (tag === null || entries.length === 0) return more;
  const moved = entries.length === 1 ? 'never moved' : `moved ${plural(entries.length - 1, 'time')}`;
  return `\nThe tag ${escapeTerminal(tag)} ${moved}\n${formatTable(COLUMNS, entries, style)}${more}`;
}
