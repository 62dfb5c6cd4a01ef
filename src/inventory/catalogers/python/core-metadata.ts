/**
 * Core metadata of a Python distribution, all versions from 1.0 to 2.4: header fields as in mail, then, after an empty
 * line, a description that nobody needs here. Core metadata specification; PEP 241, 314, 345, 566, 639.
 */
import { boundedText } from '../../evidence.ts';
import { mayApply, WITHOUT_EXTRAS } from './markers.ts';
import { isPythonName } from './names.ts';
import { parseRequirement } from './requirement.ts';

export type CoreMetadata = {
  readonly name: string;
  /** Empty when the fields have none. */
  readonly version: string;
  readonly licences: readonly string[];
  readonly supplier: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** Names of distributions that it needs without extras; empty where the format has no such field. */
  readonly dependencies: readonly string[];
};

type Fields = ReadonlyMap<string, readonly string[]>;

const WANTED: ReadonlySet<string> = new Set([
  'name',
  'version',
  'summary',
  'license',
  'license-expression',
  'classifier',
  'author',
  'author-email',
  'maintainer',
  'maintainer-email',
  'home-page',
  'project-url',
  'requires-dist',
]);

/** Null for text without a usable `Name`. */
export function parseCoreMetadata(text: string): CoreMetadata | null {
  const fields = headerFields(text);
  const name = fieldOf(fields, 'name') ?? '';
  if (!isPythonName(name)) return null;
  return {
    name,
    version: boundedText(fieldOf(fields, 'version'), 256) ?? '',
    licences: licencesOf(fields),
    supplier: personOf(fields, 'author') ?? personOf(fields, 'maintainer'),
    description: boundedText(fieldOf(fields, 'summary'), 500),
    homepage: fieldOf(fields, 'home-page') ?? homepageUrl(fields),
    dependencies: dependenciesOf(fields.get('requires-dist') ?? []),
  };
}

/** The wanted fields before the description; a line that begins with white space continues the one before. */
function headerFields(text: string): Fields {
  const fields = new Map<string, string[]>();
  let current: string[] | null = null;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    start = end + 1;
    if (line === '') break;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      // of continued fields only the beginning is kept: the text of a licence has thousands of lines
      const last = current?.at(-1);
      if (current !== null && last !== undefined && last.length < 2000) {
        current[current.length - 1] = `${last}\n${line.trim()}`;
      }
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon > 0 && colon < 40 ? line.slice(0, colon).toLowerCase() : '';
    current = WANTED.has(name) ? (fields.get(name) ?? []) : null;
    if (current === null) continue;
    current.push(line.slice(colon + 1).trim());
    fields.set(name, current);
  }
  return fields;
}

/** The first value; `UNKNOWN` is what old setuptools wrote for nothing. */
function fieldOf(fields: Fields, name: string): string | null {
  const text = boundedText(fields.get(name)?.[0]);
  return text === 'UNKNOWN' ? null : text;
}

/**
 * An SPDX expression (PEP 639), else `License` unless it holds the licence's text, else classifiers. These three name
 * the same licence more and more vaguely, so that only one of them counts.
 */
function licencesOf(fields: Fields): readonly string[] {
  const expression = fieldOf(fields, 'license-expression');
  if (expression !== null) return [expression];
  const licence = fieldOf(fields, 'license');
  if (licence !== null && licence.length <= 100 && !licence.includes('\n')) return [licence];
  const classifiers = (fields.get('classifier') ?? [])
    .filter((classifier) => classifier.startsWith('License ::'))
    .map((classifier) => boundedText(classifier.slice(classifier.lastIndexOf('::') + 2), 200))
    .filter((name) => name !== null && name !== 'OSI Approved');
  return [...new Set(classifiers.filter((name) => name !== null))];
}

/** `Name <address>`; newer metadata has both in the address field. */
function personOf(fields: Fields, role: 'author' | 'maintainer'): string | null {
  const name = fieldOf(fields, role);
  const address = fieldOf(fields, `${role}-email`);
  if (name === null || address === null) return name ?? address;
  return address.includes('<') ? address : `${name} <${address}>`;
}

/** Labels are compared without punctuation and case. Well-known project URLs (PEP 753). */
function homepageUrl(fields: Fields): string | null {
  for (const entry of fields.get('project-url') ?? []) {
    const comma = entry.indexOf(',');
    const label = entry
      .slice(0, Math.max(comma, 0))
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '');
    if (label === 'homepage') return boundedText(entry.slice(comma + 1));
  }
  return null;
}

/** Names of the distributions that are needed without any extra; sorted, none twice. */
function dependenciesOf(requirements: readonly string[]): readonly string[] {
  const names = requirements
    .map(parseRequirement)
    .filter((requirement) => requirement !== null)
    .filter(({ marker }) => mayApply(marker, WITHOUT_EXTRAS))
    .map(({ name }) => name);
  return [...new Set(names)].sort();
}

/**
 * Dependencies of an egg: a section a condition, `[extra]`, `[:marker]` or `[extra:marker]`; before the first those
 * without any. setuptools, "requires.txt".
 */
export function parseRequiresText(text: string): readonly string[] {
  const wanted: string[] = [];
  let applies = true;
  for (const line of text.split('\n')) {
    const [, section] = /^\[(.*)\]\s*$/.exec(line) ?? [];
    if (section === undefined) {
      if (applies && line.trim() !== '') wanted.push(line);
      continue;
    }
    const [extra = '', marker = ''] = section.split(':', 2);
    applies = extra === '' && mayApply(marker, WITHOUT_EXTRAS);
  }
  return dependenciesOf(wanted);
}
