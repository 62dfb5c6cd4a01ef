/** What an assembly of .NET says of itself: its name in its metadata, its version in its version resource. */
import { isManaged, readAssemblyIdentity } from '../../../formats/cli-metadata.ts';
import { parsePe } from '../../../formats/pe.ts';
import { readVersionResource } from '../../../formats/pe-version.ts';
import { boundedText } from '../../evidence.ts';
import { isNugetName } from './nuget-package.ts';

export type Assembly = {
  readonly kind: 'assembly';
  readonly name: string;
  /**
   * `ProductVersion`, else `FileVersion`; empty without a version resource. Not the assembly's own version, which stays
   * the same over many releases so that programs need not be compiled anew.
   */
  readonly version: string;
  /** `ProductName`: `Microsoft® .NET`, `Json.NET`. */
  readonly product: string | null;
  readonly company: string | null;
  readonly description: string | null;
};

/**
 * Null for native code, whose version resource names a product, which is no package of anybody's, and for assemblies
 * that hold translations only.
 */
export function parseAssembly(content: Uint8Array): Assembly | null {
  const file = parsePe(content);
  if (file === null || !isManaged(file)) return null;
  const identity = readAssemblyIdentity(file);
  if (identity === null || identity.culture !== null || !isNugetName(identity.name)) return null;
  const resource = readVersionResource(file);
  const text = (key: string) => boundedText(resource?.texts.get(key), 500);
  const { name } = identity;
  return {
    kind: 'assembly',
    name,
    version: versionIn(text('ProductVersion')) ?? versionIn(text('FileVersion')) ?? '',
    product: text('ProductName'),
    // compilers fill in the assembly's own name where its authors named no company and described nothing
    company: otherThan(name, text('CompanyName')),
    description: otherThan(name, text('Comments')) ?? otherThan(name, text('FileDescription')),
  };
}

/**
 * The version at the beginning of a text, without what was appended to tell the build: `13.0.3+0a2e291c`,
 * `6.35.0.41201040912.c94c7fc2`. A part of a version has 16 bits, so that a larger number tells the build too.
 */
function versionIn(text: string | null): string | null {
  const [, numbers, prerelease = ''] =
    /^v?(\d+(?:\.\d+){1,3})(-[0-9A-Za-z][0-9A-Za-z.-]*)?/.exec(text ?? '') ?? [];
  if (numbers === undefined) return null;
  const parts = numbers.split('.');
  const build = parts.findIndex((part) => Number(part) > 0xffff);
  return build < 0 ? numbers + prerelease : parts.slice(0, build).join('.');
}

function otherThan(name: string, text: string | null): string | null {
  return text === name || text === `${name}.dll` ? null : text;
}

/**
 * .NET's own assemblies, from the framework or from a package: their product version counts builds of all of .NET, and
 * tells which framework they are of but not which package. System.Composition.Hosting 1.0.31 says 4.6.24705.
 */
export function isMadeWithDotnet({ product }: Assembly): boolean {
  return product !== null && /^Microsoft® \.NET(?: Core| Framework)?$/.test(product);
}

/** Assemblies of Mono's own class library, which is no package. */
export function isOfMono({ product }: Assembly): boolean {
  return product === 'Mono Common Language Infrastructure';
}
