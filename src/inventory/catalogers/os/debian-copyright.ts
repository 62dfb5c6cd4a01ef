import { boundedText } from '../../evidence.ts';
import { parseParagraphs } from './deb822.ts';

const FIELDS: ReadonlySet<string> = new Set(['format', 'format-specification', 'license']);

/** Longest list of short names that is kept; real files have at most some dozens. */
const MAX_LICENCES = 100;

/** Debian Policy, 12.5: packages do not repeat the text of a common licence but refer to its file. */
const REFERENCE = /\/usr\/share\/common-licenses\/([A-Za-z][A-Za-z0-9.+-]*[A-Za-z0-9])/g;

/** A licence that is one version of several: for those the grant tells whether later ones may be chosen. */
const GNU_VERSION = /^(?:L?GPL|GFDL)-\d/;

/**
 * The short names of the licences in a `copyright` file, in the order of their first mention, such as `GPL-2+` or
 * `Expat or Apache-2.0`; empty where it names none. Debian's copyright-format 1.0 (DEP-5), and in free text what it
 * refers to.
 */
export function parseCopyright(text: string): readonly string[] {
  return readMachineReadable(text) ?? readReferences(text);
}

/** Null for a file in free text. */
function readMachineReadable(text: string): readonly string[] | null {
  const licences = new Set<string>();
  let machineReadable = false;
  for (const paragraph of parseParagraphs(text, FIELDS)) {
    machineReadable ||= paragraph.has('format') || paragraph.has('format-specification');
    if (!machineReadable || licences.size >= MAX_LICENCES) break;
    const [first] = (paragraph.get('license') ?? '').split('\n', 1);
    const name = boundedText(first, 200);
    if (name !== null) licences.add(name);
  }
  return machineReadable ? [...licences] : null;
}

/** The grant stands before its reference, and after the one of the licence before. */
function readReferences(text: string): readonly string[] {
  const licences = new Set<string>();
  let end = 0;
  for (const { 0: reference, 1: name = '', index } of text.matchAll(REFERENCE)) {
    const orLater = GNU_VERSION.test(name) && /any\s+later\s+version/i.test(text.slice(end, index));
    licences.add(orLater ? `${name}+` : name);
    end = index + reference.length;
    if (licences.size >= MAX_LICENCES) break;
  }
  return [...licences];
}
