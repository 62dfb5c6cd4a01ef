import { z } from 'zod';
import type { Advisory } from '../../advisory.ts';
import { asObject, isPlainText, type Feed, type FeedDocument, type FeedItem } from '../../feed.ts';
import { severityWord } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { cvesIn, isGhsa, itemsOfRecord, languagePackage } from './language-advisory.ts';

const Version = z.string().refine(isPlainText, 'is no version');

const Vulnerability = z.object({
  below: Version.optional(),
  atOrAbove: Version.optional(),
  /** Versions between the two that do not have the flaw. */
  excludes: z.array(Version).max(1000).optional(),
  severity: z.string().max(40).optional(),
  cwe: z.array(z.string().max(40)).max(100).default([]),
  identifiers: z.object({
    CVE: z.array(z.string().max(100)).max(100).default([]),
    githubID: z.string().max(100).optional(),
    retid: z.string().max(40).optional(),
  }),
});

const Library = z.object({
  npmname: z.string().max(300).optional(),
  /** A purl without version where the library is not of npm, or by another name. */
  basePurl: z.string().max(500).optional(),
  vulnerabilities: z.array(z.unknown()).max(100_000),
});

/** "Use of Unmaintained Third Party Components": by it retire.js says that a version gets no more updates. */
const UNMAINTAINED = 'CWE-1104';

/**
 * Retire.js's repository of JavaScript libraries, `jsrepository-v4.json` and `-v5.json`, where `advisories` holds the
 * same: `{library: {npmname, vulnerabilities: [{atOrAbove, below, identifiers}]}}`. A library without an `npmname` goes
 * by its own name on npm, as retire.js itself takes it. What lists addresses of sites (`backdoored`) is about no package.
 */
export const retireJs: Feed = {
  format: 'retire-js',

  recognises(document) {
    const [library] = Object.values(librariesOf(document));
    return listsSites(library) || asObject(asObject(library)?.['extractors']) !== null;
  },

  *read(document) {
    for (const [name, library] of Object.entries(librariesOf(document))) {
      const record = `${document.path}: ${name.slice(0, 200)}`;
      yield* itemsOfRecord(record, () => readLibrary(name, library, record));
    }
  },
};

function librariesOf(document: FeedDocument): Readonly<Record<string, unknown>> {
  const value = document.kind === 'tree' ? asObject(document.value) : null;
  return asObject(value?.['advisories']) ?? value ?? {};
}

/** `jsrepository-backdoored.json` */
function listsSites(value: unknown): boolean {
  const [first] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return Array.isArray(asObject(first)?.['extractors']);
}

function readLibrary(library: string, value: unknown, record: string): readonly FeedItem[] {
  if (listsSites(value)) return [{ kind: 'skipped', reason: 'addresses of sites, not a library' }];
  const { npmname, basePurl, vulnerabilities } = Library.parse(value);
  const name = npmname ?? (basePurl === undefined ? library : basePurl.replace(/^pkg:npm\//, ''));
  return vulnerabilities.flatMap((one, index) =>
    itemsOfRecord(`${record} ${index}`, () => toItems(name, one)),
  );
}

function toItems(name: string, value: unknown): readonly FeedItem[] {
  const { below, atOrAbove, excludes, severity, cwe, identifiers } = Vulnerability.parse(value);
  const names = namesOf(identifiers);
  if (!/^(?:@[\w.-]+\/)?[\w.-]+$/.test(name))
    return [{ kind: 'skipped', reason: 'a library that is no package of npm' }];
  if (names.length === 0) return [{ kind: 'skipped', reason: 'a flaw of a library without an identifier' }];
  const word = severityWord(severity ?? '');
  const interval = { introduced: atOrAbove ?? null, fixed: below ?? null, lastAffected: null };
  const stated = {
    statusWord: cwe.includes(UNMAINTAINED) ? 'unmaintained' : null,
    severities: word === null ? [] : [word],
  };
  const affected = [languagePackage('npm', name, { ...stated, intervals: [interval] })];
  if (excludes !== undefined && excludes.length > 0)
    affected.push(languagePackage('npm', name, { status: 'not_affected', versions: excludes }));
  const part = `${name} ${atOrAbove ?? ''} ${below ?? ''}`;
  return names.map((named) => advisoryItem({ ...named, source: 'retire-js', affected }, part));
}

/**
 * GitHub's identifier, each CVE, or the number that retire.js gives to what has neither. Beside GitHub's identifier several
 * CVEs are no names of it: lodash's GHSA-35jh-r3h4-6jhm stands with a later flaw's CVE-2026-4800.
 */
function namesOf({
  CVE,
  githubID,
  retid,
}: z.infer<typeof Vulnerability>['identifiers']): readonly Pick<Advisory, 'id' | 'aliases'>[] {
  const cves = cvesIn(CVE);
  if (githubID !== undefined && isGhsa(githubID))
    return [{ id: githubID, aliases: cves.length === 1 ? cves : [] }];
  if (cves.length > 0) return cves.map((id) => ({ id, aliases: [] }));
  return retid !== undefined && /^\d{1,9}$/.test(retid) ? [{ id: `RETIREJS-${retid}`, aliases: [] }] : [];
}
