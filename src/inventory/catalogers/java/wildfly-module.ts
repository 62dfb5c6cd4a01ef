import { childOf, childrenOf, parseXml } from '../../../formats/xml.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { declaredArtifacts, isCoordinate, isVersion } from './coordinates.ts';

/** `group:artifact:version`. */
export type WildflyModuleRecord = readonly string[];

/**
 * Artifacts that the modules of a thin WildFly server load from a Maven repository: `<artifact name="g:a:v"/>`. Modules
 * of an ordinary server hold jars, which show themselves. JBoss Modules, "Module descriptors".
 */
export const wildflyModuleCataloger = defineCataloger<WildflyModuleRecord>({
  name: 'wildfly-module',
  version: 1,
  interests: [
    { names: ['module.xml'], accepts: (path) => /(?:^|\/)modules\//.test(path), maxBytes: 1024 * 1024 },
  ],
  unit: (path) => path,
  read: readModule,
  catalog: declaredArtifacts,
});

function readModule({ content }: EvidenceFile): ReadFile<WildflyModuleRecord> {
  const module = parseXml(decodeText(content));
  if (module?.name !== 'module' || !module.namespace.startsWith('urn:jboss:module:')) return NOTHING;
  const named = childrenOf(childOf(module, 'resources'), 'artifact').flatMap(({ attributes }) => {
    const [group = '', artifact = '', version = ''] = (attributes.get('name') ?? '').split(':');
    const isNamed = isCoordinate(group) && isCoordinate(artifact) && isVersion(version);
    return isNamed ? `${group}:${artifact}:${version}` : [];
  });
  return named.length === 0 ? NOTHING : { record: named, coverage: [] };
}
