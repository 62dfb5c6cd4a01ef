import { childOf, childrenOf, childText, parseXml, type XmlElement } from '../../../../formats/xml.ts';
import { NOTHING_STATED, type AffectedPackage, type SeverityStatement } from '../../../advisory.ts';
import { recordDate, writtenDay } from '../../../dates.ts';
import { ecosystemTraits } from '../../../ecosystems.ts';
import { isPlainText, type Feed, type FeedItem } from '../../../feed.ts';
import { advisoryItem } from '../../advisory-item.ts';
import { affectedIntervals, type GentooRange } from './gentoo-ranges.ts';

const SOURCE = 'gentoo';
const ECOSYSTEM = 'Gentoo';

/** Real advisories stay far below; taking ranges from each other takes time with their square. */
const MAX_RANGES = 100;
const MAX_PACKAGES = 200;
const MAX_FLAWS = 10_000;

/**
 * Gentoo Linux security advisories, one an XML file: `metadata/glsa/glsa-202305-02.xml` of Gentoo's repository, also in
 * `https://security.gentoo.org/glsa`. https://www.gentoo.org/support/security/, GLEP 1014; the document type is
 * https://www.gentoo.org/dtd/glsa.dtd.
 */
export const gentooGlsa: Feed = {
  format: 'gentoo-glsa',

  recognises(document) {
    return document.kind === 'xml' && /<glsa\s+id=/.test(document.text.slice(0, 1_000));
  },

  *read(document, now) {
    const root = document.kind === 'xml' ? parseXml(document.text) : null;
    if (root === null) yield { kind: 'rejected', record: document.path, reason: 'not well-formed' };
    else yield* readAdvisory(root, document.path, now);
  },
};

function* readAdvisory(root: XmlElement, path: string, now: Date): Iterable<FeedItem> {
  const number = root.attributes.get('id') ?? '';
  const packages = childrenOf(childOf(root, 'affected'), 'package');
  const covers = flawsIn(root);
  if (!/^\d{6}-\d{1,4}$/.test(number) || packages.length > MAX_PACKAGES || covers.size > MAX_FLAWS) {
    const reason = 'an advisory without number, or about too many packages or flaws';
    yield { kind: 'rejected', record: path, reason };
    return;
  }
  const id = `GLSA-${number}`;
  const affected: AffectedPackage[] = [];
  for (const pkg of packages) {
    const entry = readPackage(pkg);
    if (typeof entry !== 'string') affected.push(entry);
    else yield { kind: 'rejected', record: `${path}: ${id}`, reason: entry };
  }
  if (affected.length === 0) {
    yield { kind: 'skipped', reason: 'a Gentoo advisory about no package' };
    return;
  }
  const severity = severityOf(childOf(root, 'impact')?.attributes.get('type') ?? '');
  const published = dateOf(childText(root, 'announced'), now);
  yield advisoryItem({
    id,
    source: SOURCE,
    covers: [...covers],
    published,
    modified: dateOf(childText(root, 'revised'), now) ?? published,
    severities: severity === null ? [] : [severity],
    affected,
  });
}

/** References are links with a CVE as their text, in advisories of before 2005 with `CAN-2004-…`. */
function flawsIn(root: XmlElement): ReadonlySet<string> {
  const names = childrenOf(childOf(root, 'references'), 'uri').flatMap(
    ({ text }) => /^\s*(?:CVE|CAN)[- ](\d{4}-\d{4,19})\s*$/.exec(text)?.[1] ?? [],
  );
  return new Set(names.map((name) => `CVE-${name}`));
}

/** What is affected of a package, or why that cannot be told. */
function readPackage(pkg: XmlElement): AffectedPackage | string {
  const name = pkg.attributes.get('name');
  const vulnerable = childrenOf(pkg, 'vulnerable').map(rangeOf);
  const unaffected = childrenOf(pkg, 'unaffected').map(rangeOf);
  if (!isPlainText(name) || !/^[\w+.-]+\/[\w+.-]+$/.test(name)) return 'a package without category and name';
  const ranges = [...vulnerable, ...unaffected];
  if (ranges.length > MAX_RANGES) return `${name}: too many ranges`;
  const isReadable = ranges.every(({ version }) => isPlainText(version));
  const intervals = isReadable ? affectedIntervals(vulnerable, unaffected) : null;
  if (intervals === null) return `${name}: a range that cannot be read`;
  const { naming, scheme } = ecosystemTraits(ECOSYSTEM);
  return {
    ...NOTHING_STATED,
    ecosystem: ECOSYSTEM,
    name,
    naming,
    scheme,
    status: intervals.length === 0 ? 'not_affected' : 'affected',
    intervals,
    architectures: architecturesOf(pkg.attributes.get('arch') ?? '*'),
  };
}

function rangeOf({ attributes, text }: XmlElement): GentooRange {
  // `0/18`: behind the stroke stands with what other packages are built
  const [slot = '*'] = (attributes.get('slot') ?? '*').split('/', 1);
  return { operator: attributes.get('range') ?? '', version: text.trim(), slot };
}

/** `*`, or names of Gentoo's keywords: `x86 amd64 ppc-macos`. */
function architecturesOf(list: string): readonly string[] {
  const names = list.split(/[\s,]+/).filter(isPlainText);
  return names.includes('*') ? [] : names.slice(0, 100);
}

/** GLEP 1014 has three: `high`, `normal`, `low`; some advisories write `minimal` and `medium`. */
function severityOf(word: string): SeverityStatement | null {
  switch (word) {
    case 'high':
      return { kind: 'word', word, level: 'high' };
    case 'normal':
    case 'medium':
      return { kind: 'word', word, level: 'medium' };
    case 'low':
    case 'minimal':
      return { kind: 'word', word, level: 'low' };
    default:
      return null;
  }
}

/** `2023-05-03`; before 2017 also `May 22, 2006` and with a count behind, `May 28, 2006: 02`. */
function dateOf(text: string | null, now: Date): string | null {
  const [, month = '', day = '', year = ''] =
    /^([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4})/.exec(text ?? '') ?? [];
  return recordDate(writtenDay(year, month, day) ?? text?.slice(0, 10), now);
}
