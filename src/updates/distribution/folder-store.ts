import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDatabaseFile } from '../../advisories/database/replace-file.ts';
import { UpdateError } from '../errors.ts';
import { ENVELOPE_PATH, filePath, type WritableChannelStore } from './channel-store.ts';
import { MAX_ENVELOPE_BYTES } from './signature.ts';

/** A channel in a folder: for a machine without network, or to be served by any web server. */
export function openFolderStore(folder: string): WritableChannelStore {
  const place = (path: string) => join(folder, path);
  return {
    name: folder,
    readEnvelope() {
      const file = place(ENVELOPE_PATH);
      const size = statSync(file, { throwIfNoEntry: false })?.size;
      if (size === undefined) return Promise.resolve(null);
      if (size > MAX_ENVELOPE_BYTES)
        throw new UpdateError('CHANNEL_UNREADABLE', `${file} is too large for a channel`, {
          subject: folder,
        });
      return Promise.resolve(readFileSync(file));
    },
    readFile: ({ digest }) => createReadStream(place(filePath(digest))),
    hasFile: ({ digest, sizeBytes }) =>
      Promise.resolve(statSync(place(filePath(digest)), { throwIfNoEntry: false })?.size === sizeBytes),
    writeFile({ digest }, bytes) {
      if (!existsSync(place('files'))) mkdirSync(place('files'), { recursive: true });
      replaceDatabaseFile(place(filePath(digest)), (partial) => writeFileSync(partial, bytes));
      return Promise.resolve();
    },
    writeEnvelope(envelope) {
      replaceDatabaseFile(place(ENVELOPE_PATH), (partial) => writeFileSync(partial, envelope));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
