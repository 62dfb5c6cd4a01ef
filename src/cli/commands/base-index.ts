import {
  defaultBaseIndex,
  indexImages,
  openBaseIndex,
  parseBaseReference,
  writeBaseIndex,
} from '../../assess/base-index.ts';
import { type BaseIndex, type IndexedImage, toBaseIndex } from '../../inventory/base/base-index.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { formatDay, plural } from '../../report/quantity.ts';
import { type Column, formatTable } from '../../report/table.ts';
import { connectionOf } from '../connection.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import type { ImageFlags } from '../options.ts';
import { createStatusLine } from '../progress.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export type BuildFlags = Pick<ImageFlags, 'offline' | 'plainHttp' | 'mirror' | 'quiet'> & {
  readonly output?: string;
  /** Indexes whose images are taken over. */
  readonly merge: readonly string[];
};

/** Indexes the images and writes the index, with those of other indexes. */
export async function buildBaseIndex(
  references: readonly string[],
  flags: BuildFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  const { environment, now, stdout, stderr } = terminal;
  const merged = flags.merge.flatMap((file) => openBaseIndex(file, environment)?.images ?? []);
  const line = createStatusLine(stderr, { quiet: flags.quiet === true, now });
  let found: BaseIndex;
  try {
    found = await indexImages(references.map(parseBaseReference), {
      ...connectionOf(flags, terminal, line),
    });
  } finally {
    line.clear();
  }
  const index = toBaseIndex([...merged, ...found.images]);
  const file = flags.output ?? defaultBaseIndex(environment);
  writeBaseIndex(file, index);
  stdout.write(`${escapeTerminal(file)}: ${plural(index.images.length, 'image')}\n`);
  return 0;
}

export interface ListFlags {
  readonly baseIndex?: string;
  readonly format: readonly string[];
}

const nameOf = ({ names, platform }: IndexedImage) => `${names.join(', ')}\0${platform}`;

const COLUMNS: readonly Column<IndexedImage>[] = [
  { title: 'IMAGE', text: ({ names }) => names.join(', ') },
  { title: 'PLATFORM', text: ({ platform }) => platform },
  { title: 'LAYERS', align: 'right', text: ({ layers }) => String(layers) },
  { title: 'CREATED', text: ({ created }) => (created === null ? '' : formatDay(created)) },
];

export const LIST_FORMATS = ['terminal', 'json'] as const;

/** Shows what is in an index. */
export function listBaseIndex(flags: ListFlags, terminal: Terminal): ExitStatus {
  const targets = parseTargets(flags.format, LIST_FORMATS);
  const index = openBaseIndex(flags.baseIndex, terminal.environment) ?? toBaseIndex([]);
  const style = styleFor(terminal.stdout, terminal.environment);
  writeTargets(
    targets,
    (format) => {
      if (format === 'json') return formatJson(index);
      if (index.images.length === 0) return 'No images. Add some with: hallmark base-index build IMAGE...\n';
      const images = index.images.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
      return formatTable(COLUMNS, images, style);
    },
    terminal.stdout,
  );
  return 0;
}
