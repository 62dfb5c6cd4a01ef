/** What all evidence of .NET says of a package of NuGet. */
import type { Checksum } from '../../../model/package.ts';
import { formatPurl, type Purl } from '../../../model/purl.ts';
import { isPackageName } from '../../evidence.ts';

/** `pkg:nuget/Newtonsoft.Json@13.0.3`. purl-spec, types/nuget-definition. */
export function nugetPurl(name: string, version: string): Purl {
  return formatPurl({ type: 'nuget', name, version });
}

export function isNugetName(name: unknown): name is string {
  return typeof name === 'string' && isPackageName(name);
}

/** The digest of a package's archive, which NuGet writes in Base64; null for what is none. */
export function sha512Of(base64: unknown): string | null {
  if (typeof base64 !== 'string') return null;
  const encoded = base64.replace(/^sha512-/, '');
  return /^[A-Za-z0-9+/]{86}==$/.test(encoded) ? Buffer.from(encoded, 'base64').toString('hex') : null;
}

export function toChecksums(sha512: string | null): readonly Checksum[] {
  return sha512 === null ? [] : [{ algorithm: 'sha512', hex: sha512 }];
}
