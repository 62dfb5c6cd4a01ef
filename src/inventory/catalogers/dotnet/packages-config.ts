/**
 * Files of NuGet in XML that name packages: `packages.config` of older projects, and `Directory.Packages.props` with the
 * versions that all projects of a repository share. NuGet documentation, "packages.config reference", "Central Package
 * Management".
 */
import { childrenOf, parseXml, type XmlElement } from '../../../formats/xml.ts';
import { boundedText } from '../../evidence.ts';
import type { LockedPackage } from './locked-package.ts';
import { isNugetName } from './nuget-package.ts';

/** Null for a text that is no such file. What only building needs is left out. */
export function parsePackagesConfig(text: string): readonly LockedPackage[] | null {
  const root = parseXml(text);
  if (root?.name !== 'packages') return null;
  return childrenOf(root, 'package')
    .filter(({ attributes }) => attributes.get('developmentDependency')?.toLowerCase() !== 'true')
    .flatMap(({ attributes }) => toPackage(attributes.get('id'), attributes.get('version')));
}

/** Null for a text that is no such file. Analyzers and other tools of all projects are left out. */
export function parseCentralVersions(text: string): readonly LockedPackage[] | null {
  const root = parseXml(text);
  if (root?.name !== 'Project') return null;
  const properties = propertiesOf(root);
  return childrenOf(root, 'ItemGroup').flatMap((group) =>
    childrenOf(group, 'PackageVersion').flatMap(({ attributes, children }) => {
      const version = attributes.get('Version') ?? children.find(({ name }) => name === 'Version')?.text;
      return toPackage(attributes.get('Include') ?? attributes.get('Update'), valueOf(version, properties));
    }),
  );
}

/** Properties with a plain value: `<SerilogVersion>3.1.1</SerilogVersion>`. */
function propertiesOf(root: XmlElement): ReadonlyMap<string, string> {
  return new Map(
    childrenOf(root, 'PropertyGroup').flatMap(({ children }) =>
      children.map(({ name, text }): [string, string] => [name.toLowerCase(), text.trim()]),
    ),
  );
}

function valueOf(text: string | undefined, properties: ReadonlyMap<string, string>): string | undefined {
  const property = /^\s*\$\(([\w.-]+)\)\s*$/.exec(text ?? '')?.[1];
  return property === undefined ? text : properties.get(property.toLowerCase());
}

function toPackage(name: string | undefined, version: string | undefined): readonly LockedPackage[] {
  if (!isNugetName(name)) return [];
  return [{ name, version: exactVersion(version?.trim() ?? ''), sha512: null, dependencies: [] }];
}

/** `1.2.3`, and `[1.2.3]` for this and no other; ranges, floating versions (`1.*`) and properties are no version. */
function exactVersion(text: string): string {
  const [, version] =
    /^\[?\s*(\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z.-]+)?)(?:\+[0-9A-Za-z.-]*)?\s*\]?$/.exec(text) ?? [];
  return boundedText(version, 256) ?? '';
}
