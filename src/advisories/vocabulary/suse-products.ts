/** A product of SUSE as an ecosystem: OSV's name, with the stream of updates that only some installations get. */
export interface SuseProduct {
  readonly ecosystem: string;
  readonly channel: string | null;
}

/** Streams of paid updates, with which SUSE marks the product: `SUSE Linux Enterprise Server 15 SP1-LTSS`. */
const STREAM = /^(.*\d)[ -](LTSS(?: Extended Security| Core)?|ESPOS|BCL|CLIENT-TOOLS(?:-BETA)?|TERADATA)$/;

/** The same as `Linux Enterprise Server 12 SP5-LTSS Extended Security`, as documents since 2025 write it. */
const STREAM_BEFORE_RELEASE = /^(Linux Enterprise Server) (LTSS(?: Extended Security| Core)?) (\d+ SP\d+)$/;

/**
 * Modules from which a Server of version 15 and its container images install ordinary packages. A package is in one of
 * them, or has the same build in several, so that their statements are the Server's. Others (Certifications, Live
 * Patching) ship different builds under the same names and stay products of their own.
 */
const SERVER_MODULE =
  /^Linux Enterprise Module for (?:Basesystem|Containers|Desktop Applications|Development Tools|HPC|Legacy|Public Cloud|Python [23]|Server Applications|Transactional Server|Web and Scripting) (1[5-9](?: SP\d+)?)$/;

/**
 * The ecosystem of a product named as in SUSE's CSAF, CVRF and OVAL documents: `SUSE Linux Enterprise Module for
 * Basesystem 15 SP5`, `openSUSE Leap 15.6`. Null for names of other vendors. OSV schema, "Defined Ecosystems".
 */
export function suseProduct(product: string): SuseProduct | null {
  const family = /^(SUSE|openSUSE) (\S.*)$/.exec(product.trim());
  const [, vendor, name] = family ?? [];
  if (vendor === undefined || name === undefined || name.length > 200) return null;
  const module = SERVER_MODULE.exec(name)?.[1];
  if (module !== undefined)
    return { ecosystem: `${vendor}:Linux Enterprise Server ${module}`, channel: null };
  const [, base, stream] = STREAM.exec(name.replace(STREAM_BEFORE_RELEASE, '$1 $3-$2')) ?? [];
  if (base === undefined || stream === undefined) return { ecosystem: `${vendor}:${name}`, channel: null };
  return { ecosystem: `${vendor}:${base}`, channel: stream.toLowerCase().replaceAll(' ', '-') };
}
