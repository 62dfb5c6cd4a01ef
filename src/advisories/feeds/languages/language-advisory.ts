/** What the records of language ecosystems have in common. */
import { NOTHING_STATED, type Advisory, type AffectedPackage } from '../../advisory.ts';
import { comparableName, ecosystemTraits } from '../../ecosystems.ts';
import { faultsOf, type FeedItem } from '../../feed.ts';
import { VersionError } from '../../../versions/scheme.ts';
import { z } from 'zod';

/** What `read` makes of a record; where it finds it broken, that it was rejected. */
export function itemsOfRecord(record: string, read: () => readonly FeedItem[]): readonly FeedItem[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof z.ZodError) return [{ kind: 'rejected', record, reason: faultsOf(error) }];
    if (error instanceof VersionError) return [{ kind: 'rejected', record, reason: error.message }];
    throw error;
  }
}

/** An entry about a package that counts as affected where nothing else is said. */
export function languagePackage(
  ecosystem: string,
  name: string,
  stated: Partial<AffectedPackage>,
): AffectedPackage {
  const { naming, scheme } = ecosystemTraits(ecosystem);
  return {
    ...NOTHING_STATED,
    ecosystem,
    name: comparableName(ecosystem, name),
    naming,
    scheme,
    status: 'affected',
    ...stated,
  };
}

/** A page that a record refers to; null for anything but an ordinary address. */
export function pageAddress(url: unknown): string | null {
  return typeof url === 'string' && /^https?:\/\/[\x21-\x7e]{1,500}$/.test(url) ? url : null;
}

/** The CVE identifiers among the names of a flaw, once each; placeholders (`CVE-XXXX-XXXX`) are none. */
export function cvesIn(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name) => /^CVE-\d{4}-\d{4,19}$/.test(name)))];
}

/** The CVEs of a record with an identifier of its own: one is another name of it, of several it is none. */
export function flawNames(names: readonly string[]): Pick<Advisory, 'aliases' | 'covers'> {
  const cves = cvesIn(names);
  return cves.length === 1 ? { aliases: cves, covers: [] } : { aliases: [], covers: cves };
}

export function isGhsa(id: string): boolean {
  return /^GHSA(?:-[0-9a-z]{4}){3}$/.test(id);
}

/** GitHub's identifier in the address of an advisory's page; null for another page. */
export function ghsaInAddress(url: string | null | undefined): string | null {
  const page = /^https:\/\/github\.com\/(?:[\w.-]{1,100}\/[\w.-]{1,100}\/security\/)?advisories\/([\w-]+)$/;
  const id = page.exec(url ?? '')?.[1];
  return id !== undefined && isGhsa(id) ? id : null;
}
