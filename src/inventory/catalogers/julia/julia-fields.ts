import { formatPurl, type Purl } from '../../../model/purl.ts';

/** `pkg:julia/Dates@1.9.0?uuid=ade2ca70-…`: two packages may have one name, so that the UUID is part of it. purl-spec, types/julia-definition. */
export function juliaPurl(
  name: string,
  version: string,
  uuid: string,
  origin?: { readonly vcs_url: string } | null,
): Purl {
  return formatPurl({ type: 'julia', name, version, qualifiers: { uuid, ...origin } });
}

/** An identifier: letters of any script, digits and underscores. Pkg.jl, "The name field". */
export function isJuliaName(name: string): boolean {
  return name.length <= 255 && /^[\p{L}_][\p{L}\p{N}_!]*$/u.test(name);
}

/** Lower case; null for what is no UUID. */
export function uuidOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const uuid = value.toLowerCase();
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ? uuid : null;
}
