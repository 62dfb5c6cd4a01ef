import { formatPurl, type Purl } from '../../../model/purl.ts';

/** `pkg:gem/nokogiri@1.13.10?platform=java`; plain Ruby is the platform that goes without saying. purl-spec, types/gem. */
export function gemPurl(
  name: string,
  version: string,
  qualifiers?: Readonly<Record<string, string | null>>,
): Purl {
  return formatPurl({ type: 'gem', name, version, qualifiers });
}
