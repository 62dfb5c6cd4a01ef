/** A product of SUSE as an ecosystem: OSV's name, with the stream of updates that only some installations get. */
export interface SuseProduct {
  readonly ecosystem: string;
  readonly channel: string | null;
}

/** Streams of paid updates, with which SUSE marks the product: `SUSE Linux Enterprise Server 15 SP1-LTSS`. */
const STREAM = /^(.*\d)[ -](LTSS(?: Extended Security| Core)?|ESPOS|BCL|CLIENT-TOOLS(?:-BETA)?|TERADATA)$/;

/**
 * The ecosystem of a product named as in SUSE's CSAF, CVRF and OVAL documents: `SUSE Linux Enterprise Module for
 * Basesystem 15 SP5`, `openSUSE Leap 15.6`. Null for names of other vendors. OSV schema, "Defined Ecosystems".
 */
export function suseProduct(product: string): SuseProduct | null {
  const family = /^(SUSE|openSUSE) (\S.*)$/.exec(product.trim());
  const [, vendor, name] = family ?? [];
  if (vendor === undefined || name === undefined || name.length > 200) return null;
  const [, base, stream] = STREAM.exec(name) ?? [];
  if (base === undefined || stream === undefined) return { ecosystem: `${vendor}:${name}`, channel: null };
  return { ecosystem: `${vendor}:${base}`, channel: stream.toLowerCase().replaceAll(' ', '-') };
}
