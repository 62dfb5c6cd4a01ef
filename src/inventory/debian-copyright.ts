import { boundedText } from './evidence.ts';
import { parseParagraphs } from './deb822.ts';

const FIELDS: ReadonlySet<string> = new Set(['format', 'format-specification', 'license']);

/** Longest list of short names that is kept; real files have at most some dozens. */
const MAX_LICENCES = 100;

/**
 * The short names of the licences in a machine-readable `copyright` file, in the order of their first mention, such as
 * `GPL-2+` or `Expat or Apache-2.0`; empty for a file in free text. Debian's copyright-format 1.0 (DEP-5).
 */
export function parseCopyright(text: string): readonly string[] {
  const licences = new Set<string>();
  let machineReadable = false;
  for (const paragraph of parseParagraphs(text, FIELDS)) {
    machineReadable ||= paragraph.has('format') || paragraph.has('format-specification');
    if (!machineReadable || licences.size >= MAX_LICENCES) break;
    const [first] = (paragraph.get('license') ?? '').split('\n', 1);
    const name = boundedText(first, 200);
    if (name !== null) licences.add(name);
  }
  return [...licences];
}
