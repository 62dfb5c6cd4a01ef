/** The page of a programme: what there is. */
import { escapeMarkdown, markdownCode } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import type { BrokenRepository } from '../programme/programme.ts';
import { missingArchitectures } from './repository-record.ts';
import type { RepositoryRecord } from './repository-schema.ts';

export interface ProgrammeIndexInput {
  /** Of the programme. */
  readonly name: string;
  readonly records: readonly RepositoryRecord[];
  readonly broken: readonly BrokenRepository[];
}

/** Ends in a line feed. */
export function formatProgrammeIndex({ name, records, broken }: ProgrammeIndexInput): string {
  const offered = records.filter(({ state }) => state !== 'retired');
  const retired = records.filter(({ state }) => state === 'retired');
  const tags = offered.reduce((sum, record) => sum + supported(record).length, 0);
  return `${[
    `# ${escapeMarkdown(name)}`,
    `${plural(offered.length, 'repository', 'repositories')} with ${plural(tags, 'supported tag')}.`,
    ...(offered.length === 0 ? [] : [table(offered)]),
    ...(retired.length === 0 ? [] : ['## Retired', bullets(retired.map(link))]),
    ...(broken.length === 0 ? [] : ['## Definitions that cannot be read', bullets(broken.map(problems))]),
  ].join('\n\n')}\n`;
}

function table(records: readonly RepositoryRecord[]): string {
  const rows = records.map((record) => {
    const description = escapeMarkdown(record.description ?? '');
    const state = record.state === 'deprecated' ? '**deprecated.** ' : '';
    return [link(record), `${state}${description}`, String(supported(record).length), architectures(record)];
  });
  return [['Repository', 'Description', 'Tags', 'Architectures'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function link({ name }: RepositoryRecord): string {
  // a file may have any name: in an address it is encoded, and in a table a bar ends the cell even within code
  return `[${markdownCode(name).replaceAll('|', '\\|')}](./${encodeURIComponent(name)}/README.md)`;
}

function supported({ tags }: RepositoryRecord): RepositoryRecord['tags'] {
  return tags.filter(({ state }) => state === 'supported');
}

/** What is meant to be, and of how many tags something is missing. */
function architectures(record: RepositoryRecord): string {
  const tags = supported(record);
  const names = [...new Set(tags.flatMap(({ intended }) => intended))].sort();
  const published = tags.filter(({ digest }) => digest !== null);
  const lacking = published.filter((tag) => missingArchitectures(tag).length > 0);
  const late = lacking.length === 0 ? '' : ` (${plural(lacking.length, 'tag')} incomplete)`;
  return `${names.join(', ')}${late}`;
}

function problems({ name, problems: sentences }: BrokenRepository): string {
  return `${markdownCode(name)}: ${sentences.map(escapeMarkdown).join('; ')}`;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `-\t${line}`).join('\n');
}
