import { fileURLToPath } from 'node:url';
import { readRecordedContents, type RecordedContents } from '../../src/library/contents/recorded-contents.ts';

const FIXTURES = new URL('../fixtures/library/official-images/', import.meta.url);

/** Facts of Docker's official images that were read from their commits; `test/fixtures/library/official-images/README.md`. */
export function officialContents(): RecordedContents {
  return readRecordedContents(fileURLToPath(new URL('contents.jsonl.zst', FIXTURES)));
}

/** With something in place of what could not be read: good for sizes and times, and for nothing else. */
export function officialContentsWithStandIns(): RecordedContents {
  const standIns = readRecordedContents(fileURLToPath(new URL('stand-ins.jsonl.zst', FIXTURES)));
  return new Map([...standIns, ...officialContents()]);
}
