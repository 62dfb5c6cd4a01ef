import { NOTHING_STATED, type AffectedPackage, type SeverityStatement } from '../../advisory.ts';
import { debianUrgency } from '../../vocabulary/debian.ts';
import { comparableName, ecosystemTraits } from '../../ecosystems.ts';
import { redHatProductOfOsv } from '../../vocabulary/redhat-products.ts';
import { severityWord } from '../../severity-statements.ts';
import { suseProduct } from '../../vocabulary/suse-products.ts';
import type { SourceDescription } from '../../sources.ts';
import { ubuntuPocketOfOsv } from '../../vocabulary/ubuntu.ts';
import { isSchemeKnown, schemeNamed } from '../../../versions/register.ts';
import type { VersionInterval, VersionScheme } from '../../../versions/scheme.ts';
import { endedAsKnown, withCustomRanges } from './osv-particulars.ts';
import { intervalsOfRanges, versionsBeside } from './osv-ranges.ts';
import { severityStatements, type OsvAffected, type OsvRecord } from './osv-record.ts';

export interface ReadAffected {
  readonly affected: readonly AffectedPackage[];
  /** Entries that say nothing which could be matched, by reason. */
  readonly skipped: readonly string[];
  readonly broken: readonly string[];
}

/** The entries of a record that name a package and versions, and why others were left out. */
export function readAffected(record: OsvRecord, source: SourceDescription): ReadAffected {
  const affected: AffectedPackage[] = [];
  const skipped: string[] = [];
  const broken: string[] = [];
  for (const entry of record.affected) {
    const facts = readEntry(entry, source);
    if ('skipped' in facts) skipped.push(facts.skipped);
    else if ('broken' in facts) broken.push(facts.broken);
    else for (const module of moduleStreams(facts, record, source)) affected.push({ ...facts, module });
  }
  return { affected, skipped, broken };
}

type Entry = Omit<AffectedPackage, 'module'> | { readonly skipped: string } | { readonly broken: string };

function readEntry(entry: OsvAffected, source: SourceDescription): Entry {
  if (entry.package === undefined) return { skipped: 'an OSV entry names no package' };
  const { name } = entry.package;
  if (source.purlDecides && nameInPurl(entry.package.purl) !== name)
    return { skipped: 'an OSV entry names one package, and its package URL another' };
  const { ecosystem, channel, platforms } = placeOf(entry.package, source);
  // commits cannot be compared with the version of a package
  const ranges = entry.ranges.filter(({ type }) => type !== 'GIT');
  const { naming, scheme } = ecosystemTraits(ecosystem);
  const order = isSchemeKnown(scheme) ? schemeNamed(scheme) : null;
  const intervals = intervalsOf(entry, ranges, order);
  if (intervals === null) return { broken: 'the events of a range are in no order that could be told' };
  const versions = versionsBeside(entry.versions, intervals, order);
  // OSV schema, "Evaluation": without ranges and versions nothing is affected
  const none = intervals.length === 0 && versions.length === 0;
  if (none && ranges.length === 0) return { skipped: 'an OSV entry names no versions' };
  const urgency = debianUrgency(entry.ecosystem_specific?.urgency ?? '');
  return {
    ...NOTHING_STATED,
    ecosystem,
    name: comparableName(ecosystem, name),
    naming,
    scheme,
    status: none ? 'not_affected' : (urgency?.status ?? 'affected'),
    statusWord: none ? null : (urgency?.statusWord ?? entry.database_specific?.informational ?? null),
    intervals,
    versions,
    severities: severitiesOf(entry),
    channel,
    platforms,
  };
}

/** `glibc` of `pkg:deb/debian/glibc?distro=stretch`; null for what is no package URL. */
function nameInPurl(text: string | undefined): string | null {
  return /^pkg:[^?#]*\/([^/?#@]+)/.exec(text ?? '')?.[1] ?? null;
}

/** Ecosystems may name more than a release: Ubuntu's pockets, Red Hat's repositories and streams, SUSE's modules. */
function placeOf(
  { ecosystem, purl }: NonNullable<OsvAffected['package']>,
  source: SourceDescription,
): Pick<AffectedPackage, 'ecosystem' | 'channel' | 'platforms'> {
  const pocket = ubuntuPocketOfOsv(ecosystem, purl);
  if (pocket !== null) return { ...pocket, platforms: [] };
  const suse = /^(?:open)?SUSE:/.test(ecosystem) ? suseProduct(ecosystem.replace(':', ' ')) : null;
  if (suse !== null) return { ...suse, platforms: [] };
  const product = redHatProductOfOsv(ecosystem);
  if (product === null) return { ecosystem, channel: source.channel ?? null, platforms: [] };
  const { platform, ...place } = product;
  return { ...place, platforms: platform === null ? [] : [platform] };
}

function intervalsOf(
  { ecosystem_specific: ofEcosystem, database_specific: ofDatabase }: OsvAffected,
  ranges: OsvAffected['ranges'],
  scheme: VersionScheme | null,
): readonly VersionInterval[] | null {
  const stated = intervalsOfRanges(ranges, scheme);
  if (stated === null) return null;
  // what is added for some releases does not cost the rest
  const custom = intervalsOfRanges(ofEcosystem?.custom_ranges ?? [], scheme) ?? [];
  const known = endedAsKnown(stated, ofDatabase?.last_known_affected_version_range ?? '');
  return withCustomRanges(known, custom);
}

function severitiesOf({ severity, database_specific: own }: OsvAffected): readonly SeverityStatement[] {
  const stated = severityStatements(severity);
  const word = stated.length > 0 ? null : severityWord(own?.severity ?? '');
  return word === null ? stated : [word];
}

/**
 * rpm builds of a module carry it in their release: `3.15-3.module_el8.6.0+3137+d33c3efb`. AlmaLinux and Rocky name the
 * module's stream only in the summary: "Important: nodejs:18 security update", "Moderate: virt:rhel and virt-devel:rhel
 * security update". Where they do not, the stream stays unknown.
 */
function moduleStreams(
  { intervals }: Pick<AffectedPackage, 'intervals'>,
  record: OsvRecord,
  source: SourceDescription,
): readonly (string | null)[] {
  const isModular = intervals.some(({ fixed }) => fixed !== null && /\.module[_+]/.test(fixed));
  if (!isModular || !source.factsInSummary) return [null];
  const streams = record.summary.slice(0, 300).match(/(?<![\w:.-])[A-Za-z0-9][\w.+-]*:[A-Za-z0-9][\w.-]*/g);
  return streams === null ? [null] : [...new Set(streams)];
}
