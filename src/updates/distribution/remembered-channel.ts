import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceDatabaseFile } from '../../advisories/database/replace-file.ts';
import { UpdateError } from '../errors.ts';

/** The channel that a machine's database comes from. */
export interface RememberedChannel {
  /** As the user named them. */
  readonly mirrors: readonly [string, ...string[]];
  /** The publisher's public key as PEM. */
  readonly key: string;
  /** What was last seen there; null before the first update. */
  readonly sequence: number | null;
  readonly published: string | null;
}

const Remembered = z.object({
  mirrors: z.tuple([z.string()], z.string()),
  key: z.string(),
  sequence: z.int().nullable(),
  published: z.string().nullable(),
});

/** @param dataDirectory Hallmark's own, `$XDG_DATA_HOME/hallmark` */
function placeOf(dataDirectory: string): string {
  return join(dataDirectory, 'channel.json');
}

/**
 * Null when there is none.
 *
 * @throws {UpdateError} CHANNEL_UNREADABLE
 */
export function recallChannel(dataDirectory: string): RememberedChannel | null {
  const file = placeOf(dataDirectory);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
  try {
    return Remembered.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const message = `${file} does not say where the database comes from; remove it and name the channel again`;
    throw new UpdateError('CHANNEL_UNREADABLE', message, { subject: file, cause });
  }
}

/** @throws {AdvisoryError} DATABASE_NOT_WRITTEN */
export function rememberChannel(dataDirectory: string, channel: RememberedChannel): void {
  replaceDatabaseFile(placeOf(dataDirectory), (partial) =>
    writeFileSync(partial, `${JSON.stringify(channel, null, 2)}\n`),
  );
}
