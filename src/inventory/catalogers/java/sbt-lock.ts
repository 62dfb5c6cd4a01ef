import { objectsIn, parseJsonObject, textsIn } from '../../../formats/json.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { declaredArtifacts, isCoordinate, isVersion } from './coordinates.ts';
import { isTestOrStore } from './source-tree.ts';

/** `group:artifact:version`. */
export type SbtLockRecord = readonly string[];

const MAX_LOCKED = 50_000;
const RUNNING = new Set(['compile', 'runtime']);

/**
 * What `build.sbt.lock` names for running a Scala application, without what only tests need. sbt itself locks nothing;
 * the file is that of the plug-in sbt-dependency-lock, version 1.
 */
export const sbtLockCataloger = defineCataloger<SbtLockRecord>({
  name: 'sbt-lock',
  version: 1,
  interests: [
    { names: ['build.sbt.lock'], accepts: (path) => !isTestOrStore(path), maxBytes: 16 * 1024 * 1024 },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: declaredArtifacts,
});

function readLock({ content }: EvidenceFile): ReadFile<SbtLockRecord> {
  const lock = parseJsonObject(decodeText(content));
  const locked = objectsIn(lock?.['dependencies'])
    .slice(0, MAX_LOCKED)
    .flatMap(({ org, name, version, configurations }) => {
      const isNamed = isText(org, isCoordinate) && isText(name, isCoordinate) && isText(version, isVersion);
      return isNamed && textsIn(configurations).some((one) => RUNNING.has(one))
        ? `${org}:${name}:${version}`
        : [];
    });
  return locked.length === 0 ? NOTHING : { record: locked, coverage: [] };
}

function isText(value: unknown, accepts: (text: string) => boolean): value is string {
  return typeof value === 'string' && accepts(value);
}
