import { NOTHING_STATED, type AffectedPackage } from '../../advisory.ts';
import { ecosystemTraits } from '../../ecosystems.ts';
import { isPlainText } from '../../feed.ts';
import { redHatProduct } from '../../vocabulary/redhat-products.ts';
import { redHatFixState } from '../../vocabulary/redhat.ts';
import type { OvalDefinition } from './definition.ts';
import type { OvalReading, PackageStatement } from './statements.ts';
import type { OvalVendor } from './vendors.ts';

export interface OvalEntries {
  readonly affected: readonly AffectedPackage[];
  /** Why statements could not be kept, each once. */
  readonly unread: readonly string[];
}

/** Entries for what criteria say; architectures of which the same is said are joined. */
export function entriesOf(
  definition: OvalDefinition,
  { statements, unread }: OvalReading,
  vendor: OvalVendor,
): OvalEntries {
  const reasons = new Set(unread);
  const joined = new Map<string, Entry>();
  for (const statement of statements) {
    const places = placesOf(definition, statement, vendor);
    if (places.length === 0) reasons.add('it names no release of a distribution that is known');
    for (const place of places) {
      const entry = toEntry(definition, statement, vendor, place);
      if (![entry.name, ...boundsOf(entry)].every(isPlainText))
        reasons.add('a name or version is no plain text');
      else join(joined, entry, statement);
    }
  }
  const machines = new Set(statements.flatMap((statement) => statement.machines));
  return { affected: [...joined.values()].map((entry) => finish(entry, machines)), unread: [...reasons] };
}

type Place = Pick<AffectedPackage, 'ecosystem' | 'channel' | 'platforms'>;

/** Where a statement holds: in the release that its conditions or versions name, or in Red Hat's products. */
function placesOf(
  definition: OvalDefinition,
  { conditions, interval }: PackageStatement,
  vendor: OvalVendor,
): readonly Place[] {
  const bound = interval?.fixed ?? interval?.lastAffected ?? interval?.introduced ?? '';
  const [release = vendor.releaseOfVersion(bound)] = conditions.flatMap((one) => vendor.release(one) ?? []);
  if (vendor.source === 'redhat' && definition.platforms.length > 0) return productsOf(definition.platforms);
  if (release === null) return [];
  const channel = release.channel ?? vendor.channelOfVersion(bound);
  return [{ ecosystem: release.ecosystem, channel, platforms: [] }];
}

function productsOf(cpes: readonly string[]): readonly Place[] {
  const products = cpes.flatMap((cpe) => redHatProduct(cpe) ?? []);
  const places = Map.groupBy(products, ({ ecosystem, channel }) => `${ecosystem}\n${channel}`);
  return [...places.values()].flatMap((some) => {
    const [first] = some;
    const platforms = some.flatMap(({ platform }) => platform ?? []);
    // a product without a limit is all of it
    const isWhole = platforms.length < some.length;
    return first === undefined
      ? []
      : [{ ecosystem: first.ecosystem, channel: first.channel, platforms: isWhole ? [] : platforms.sort() }];
  });
}

function toEntry(
  definition: OvalDefinition,
  { conditions, name, interval }: PackageStatement,
  { naming }: OvalVendor,
  place: Place,
): AffectedPackage {
  const isBounded = interval !== null && Object.values(interval).some((bound) => bound !== null);
  return {
    ...NOTHING_STATED,
    ...place,
    name,
    naming,
    scheme: ecosystemTraits(place.ecosystem).scheme,
    ...statusOf(definition, name, interval === null),
    intervals: isBounded && !isInapplicable(definition) ? [interval] : [],
    module:
      conditions.flatMap(({ comment }) => /^Module (\S+:\S+) is enabled$/.exec(comment)?.[1] ?? [])[0] ??
      null,
  };
}

/** Azure Linux: "This CVE either no longer is or was never applicable", whatever the version. */
function isInapplicable({ patchable }: OvalDefinition): boolean {
  return patchable?.toLowerCase() === 'not applicable';
}

function statusOf(
  definition: OvalDefinition,
  name: string,
  isUnaffected: boolean,
): Pick<AffectedPackage, 'status' | 'statusWord'> {
  if (isInapplicable(definition)) return { status: 'not_affected', statusWord: 'Not Applicable' };
  if (isUnaffected) return { status: 'not_affected', statusWord: null };
  const { resolutions } = definition;
  // components of modules are written `nodejs:12/nodejs`
  const component = resolutions.get(name) ?? [...resolutions].find(([key]) => key.endsWith(`/${name}`))?.[1];
  return redHatFixState(component ?? '') ?? { status: 'affected', statusWord: null };
}

function boundsOf({ intervals }: AffectedPackage): readonly string[] {
  return intervals.flatMap(({ introduced, fixed, lastAffected }) =>
    [introduced, fixed, lastAffected].filter((bound) => bound !== null),
  );
}

interface Entry {
  readonly entry: AffectedPackage;
  readonly architectures: Set<string>;
  readonly machines: Set<string>;
  /** Some statement is limited to no architecture, or to no machine. */
  everyArchitecture: boolean;
  everyMachine: boolean;
}

function join(joined: Map<string, Entry>, entry: AffectedPackage, statement: PackageStatement): void {
  const key = JSON.stringify(entry);
  const before = joined.get(key) ?? {
    entry,
    architectures: new Set(),
    machines: new Set(),
    everyArchitecture: false,
    everyMachine: false,
  };
  joined.set(key, before);
  if (statement.architectures.length === 0) before.everyArchitecture = true;
  if (statement.machines.length === 0) before.everyMachine = true;
  for (const name of statement.architectures) before.architectures.add(name);
  for (const name of statement.machines) before.machines.add(name);
}

/** A fix for all machines that a definition speaks of is limited to none. */
function finish(
  { entry, architectures, machines, everyArchitecture, everyMachine }: Entry,
  allMachines: ReadonlySet<string>,
): AffectedPackage {
  if (!everyArchitecture) return { ...entry, architectures: [...architectures].sort() };
  if (everyMachine || machines.size === allMachines.size) return entry;
  return { ...entry, architectures: [...machines].flatMap(packagesOfMachine).sort() };
}

/** What rpm installs on a machine beside packages for its own architecture; `noarch` is everywhere. */
function packagesOfMachine(machine: string): readonly string[] {
  return machine === 'x86_64' ? ['i386', 'i586', 'i686', 'x86_64'] : [machine];
}
