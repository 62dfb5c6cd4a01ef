import { childOf, childrenOf, childText, parseXml, type XmlElement } from '../../../formats/xml.ts';
import { boundedText } from '../../evidence.ts';
import { isCoordinate, isVersion } from './coordinates.ts';

/** A Maven project, as far as its own file tells: parents are not at hand. POM 4.0.0, "POM Reference". */
export type Pom = {
  /** Null where only the parent's file would tell; so for the others. */
  readonly group: string | null;
  readonly artifact: string;
  readonly version: string | null;
  /** Each by its name, or by its address where it has none. */
  readonly licences: readonly string[];
  readonly organisation: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly dependencies: readonly PomDependency[];
};

export type PomDependency = {
  readonly group: string;
  readonly artifact: string;
  /** Null where a parent or an imported file manages it. */
  readonly version: string | null;
  /** `compile` where nothing is said. */
  readonly scope: string;
  readonly optional: boolean;
};

const MAX_DEPENDENCIES = 5000;

/** Null for what is no project file of Maven. */
export function parsePom(text: string): Pom | null {
  const project = parseXml(text);
  if (project?.name !== 'project') return null;
  const resolve = resolverOf(project);
  const artifact = resolve(childText(project, 'artifactId'));
  if (artifact === null || !isCoordinate(artifact)) return null;
  const parent = childOf(project, 'parent');
  return {
    group: coordinate(resolve(childText(project, 'groupId') ?? childText(parent, 'groupId'))),
    artifact,
    version: version(resolve(childText(project, 'version') ?? childText(parent, 'version'))),
    licences: childrenOf(childOf(project, 'licenses'), 'license').flatMap(
      (licence) => boundedText(resolve(childText(licence, 'name') ?? childText(licence, 'url')), 500) ?? [],
    ),
    organisation: boundedText(resolve(childText(childOf(project, 'organization'), 'name'))),
    description: boundedText(resolve(childText(project, 'description'))?.replaceAll(/\s+/g, ' '), 500),
    homepage: boundedText(resolve(childText(project, 'url'))),
    dependencies: dependenciesOf(project, resolve),
  };
}

/** Fills in properties; null for a text with one that is not known here. */
type Resolve = (text: string | null) => string | null;

/** Properties may be made of properties; POM Reference, "Properties". */
const MAX_ROUNDS = 8;
const MAX_LENGTH = 4000;

function resolverOf(project: XmlElement): Resolve {
  const parent = childOf(project, 'parent');
  const own = (name: string) => childText(project, name) ?? childText(parent, name);
  const properties = new Map<string, string | null>();
  for (const property of childOf(project, 'properties')?.children ?? []) {
    properties.set(property.name, property.text.trim());
  }
  for (const name of ['groupId', 'artifactId', 'version']) {
    for (const prefix of ['project.', 'pom.', '']) properties.set(`${prefix}${name}`, own(name));
    properties.set(`project.parent.${name}`, childText(parent, name));
  }
  properties.set('project.name', childText(project, 'name'));

  return (text) => {
    let resolved = text;
    for (let round = 0; round < MAX_ROUNDS && resolved?.includes('${'); round += 1) {
      // what a hostile file makes longer and longer is cut
      resolved = resolved
        .slice(0, MAX_LENGTH)
        .replaceAll(/\$\{([^${}]{1,200})\}/g, (whole, name: string) => properties.get(name.trim()) ?? whole);
    }
    return resolved?.includes('${') ? null : resolved;
  };
}

function dependenciesOf(project: XmlElement, resolve: Resolve): readonly PomDependency[] {
  const field = (dependency: XmlElement | undefined, name: string) => resolve(childText(dependency, name));
  const keyOf = (dependency: XmlElement) =>
    `${field(dependency, 'groupId')}:${field(dependency, 'artifactId')}`;
  const managed = new Map(
    dependenciesIn(childOf(project, 'dependencyManagement')).map((dependency) => [
      keyOf(dependency),
      dependency,
    ]),
  );
  return dependenciesIn(project).flatMap((dependency) => {
    const group = coordinate(field(dependency, 'groupId'));
    const artifact = coordinate(field(dependency, 'artifactId'));
    if (group === null || artifact === null) return [];
    const management = managed.get(keyOf(dependency));
    return {
      group,
      artifact,
      version: version(field(dependency, 'version') ?? field(management, 'version')),
      scope: field(dependency, 'scope') ?? field(management, 'scope') ?? 'compile',
      optional: field(dependency, 'optional') === 'true',
    };
  });
}

function dependenciesIn(element: XmlElement | undefined): readonly XmlElement[] {
  return childrenOf(childOf(element, 'dependencies'), 'dependency').slice(0, MAX_DEPENDENCIES);
}

function coordinate(text: string | null): string | null {
  return text !== null && isCoordinate(text) ? text : null;
}

function version(text: string | null): string | null {
  return text !== null && isVersion(text) ? text : null;
}
