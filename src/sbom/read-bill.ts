/** From the bytes of a bill of materials in any format to what it says. */
import { isObject, parseJson } from '../formats/json.ts';
import { parseXml } from '../formats/xml.ts';
import { readCycloneDx } from './cyclonedx/read-document.ts';
import { sortCoverage } from '../model/coverage.ts';
import { SbomError } from './errors.ts';
import { readSnapshot } from './github/read-snapshot.ts';
import type { BillDocument, BillReader, BillReading } from './reading.ts';
import { readSpdx2 } from './spdx/read-spdx2.ts';
import { readSpdx3 } from './spdx/read-spdx3.ts';
import { readSyft } from './syft/read-syft.ts';
import { type Statement, unwrapStatement } from './statement.ts';

/** A bill is read whole; JavaScript's texts end at twice this. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Every format, each in a folder of its own. The first that knows a document reads it. */
const READERS: readonly BillReader[] = [readCycloneDx, readSpdx2, readSpdx3, readSyft, readSnapshot];

export interface ReadBill extends BillReading {
  /** The attestation that the bill was wrapped in; its signatures are not verified here. */
  readonly statement: Statement | null;
}

/**
 * Reads a bill of materials; its format is known by its content.
 *
 * @throws {SbomError} SBOM_TOO_LARGE, SBOM_UNREADABLE, SBOM_FORMAT_UNKNOWN
 */
export function readBill(bytes: Uint8Array): ReadBill {
  if (bytes.length > MAX_BYTES) {
    const mebibytes = MAX_BYTES / 1024 / 1024;
    throw new SbomError('SBOM_TOO_LARGE', `the bill has ${bytes.length} bytes, more than ${mebibytes} MiB`);
  }
  const { document, statement } = openDocument(decode(bytes));
  for (const read of READERS) {
    const reading = read(document);
    if (reading !== null) return { ...reading, coverage: sortCoverage(reading.coverage), statement };
  }
  throw new SbomError('SBOM_FORMAT_UNKNOWN', `this ${KINDS[document.kind]} is no known bill of materials`);
}

const KINDS: Readonly<Record<BillDocument['kind'], string>> = {
  json: 'JSON document',
  xml: 'XML document',
  text: 'text',
};

/** UTF-8, or UTF-16 with a byte order mark, as PowerShell writes what is redirected. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch (cause) {
    throw new SbomError('SBOM_UNREADABLE', 'the bill is no text that can be decoded', { cause });
  }
}

function openDocument(text: string): {
  readonly document: BillDocument;
  readonly statement: Statement | null;
} {
  const first = firstCharacter(text);
  if (first !== '{' && first !== '[') return { document: openText(text), statement: null };
  const value = parseJson(text);
  if (value === undefined) throw new SbomError('SBOM_UNREADABLE', 'the bill is no well-formed JSON');
  const { document, statement } = unwrapStatement(value);
  if (typeof document === 'string') return { document: openText(document), statement };
  if (isObject(document)) return { document: { kind: 'json', value: document }, statement };
  throw new SbomError('SBOM_FORMAT_UNKNOWN', 'the JSON holds no object that could be a bill of materials');
}

/** A document that is not JSON; statements hold such as a text. */
function openText(text: string): BillDocument {
  if (firstCharacter(text) !== '<') return { kind: 'text', text };
  const root = parseXml(text);
  if (root === null) throw new SbomError('SBOM_UNREADABLE', 'the bill is no well-formed XML');
  return { kind: 'xml', root };
}

function firstCharacter(text: string): string {
  const [first] = /\S/.exec(text) ?? [];
  if (first === undefined) throw new SbomError('SBOM_UNREADABLE', 'the bill is empty');
  return first;
}
