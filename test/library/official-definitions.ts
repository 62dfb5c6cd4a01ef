import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';

const PACK = new URL('../fixtures/library/definitions/definitions.json.zst', import.meta.url);
const Texts = z.record(z.string(), z.string());

/** By the name of the repository. */
export interface OfficialDefinitions {
  /** The files themselves. */
  readonly written: ReadonlyMap<string, string>;
  /** What upstream prints of them, without a line feed at the end. */
  readonly printed: ReadonlyMap<string, string>;
}

/** 25 definitions of Docker's official images; `test/fixtures/library/definitions/README.md`. */
export function officialDefinitions(): OfficialDefinitions {
  const { written, printed } = z
    .object({ written: Texts, printed: Texts })
    .parse(JSON.parse(zstdDecompressSync(readFileSync(PACK)).toString('utf8')));
  return { written: new Map(Object.entries(written)), printed: new Map(Object.entries(printed)) };
}
