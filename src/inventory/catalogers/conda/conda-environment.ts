import { isObject, textsIn } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import {
  type Catalog,
  defineCataloger,
  type EvidenceFile,
  type ReadFile,
  toCatalogedPackage,
} from '../../cataloger.ts';
import { boundedText, decodeText, isPackageName, NOTHING } from '../../evidence.ts';
import { type LockedPackage, lockedPurl } from '../python/locked-package.ts';
import { readRequirementsFile } from '../python/requirements-file.ts';
import { channelName, type CondaIdentity, condaPurl } from './conda-purl.ts';

export type EnvironmentRecord = {
  readonly conda: readonly CondaIdentity[];
  /** What pip was to install besides. */
  readonly pip: readonly LockedPackage[];
};

/**
 * Packages that only an environment file of conda names, with exact versions: `name==1.0` and, as `conda env export`
 * writes, `name=1.0=build`. `name=1.0` stands for 1.0.1 too (conda, "Package match specifications"), so that such a
 * line, as one without a version, does not say what is in the image.
 */
export const condaEnvironmentCataloger = defineCataloger<EnvironmentRecord>({
  name: 'conda-environment',
  version: 1,
  interests: [
    {
      names: ['environment.yml', 'environment.yaml'],
      accepts: (path) => !ELSEWHERE.test(path),
      // the longest have a thousand lines
      maxBytes: 256 * 1024,
    },
  ],
  unit: (path) => path,
  read: readEnvironment,
  catalog: catalogEnvironments,
});

const ELSEWHERE =
  /(?:^|\/)(?:site-packages|dist-packages|pkgs|node_modules|\.cache|tests?|fixtures|examples?|docs?)\//;

function readEnvironment({ content }: EvidenceFile): ReadFile<EnvironmentRecord> {
  const environment = parseYaml(decodeText(content));
  // other tools have files of this name
  if (!isObject(environment) || !Array.isArray(environment['dependencies'])) return NOTHING;
  const dependencies: readonly unknown[] = environment['dependencies'];
  const channels = textsIn(environment['channels']).filter((channel) => channel !== 'nodefaults');
  // a package came from the first of several channels that has it, which only the channels know
  const channel = channels.length === 1 ? channelName(channels[0] ?? null, null) : null;
  const conda = textsIn(dependencies).flatMap((line) => readSpecification(line, channel) ?? []);
  const pip = dependencies.filter(isObject).flatMap(({ pip }) => textsIn(pip));
  const { packages } = readRequirementsFile(pip.join('\n'));
  if (conda.length + packages.length === 0) return NOTHING;
  return { record: { conda, pip: packages }, coverage: [] };
}

/** `channel::name=version=build` or `name==version`; null for what is not exact. */
function readSpecification(line: string, channel: string | null): CondaIdentity | null {
  const match =
    /^(?:([^\s:=]+)::)?([A-Za-z0-9._-]+)\s*(==?)\s*([A-Za-z0-9.!+_]+)(?:=([A-Za-z0-9._]+))?$/.exec(
      line.slice(0, 1000).trim(),
    );
  const [, own, name = '', operator, version, build = null] = match ?? [];
  if (!isPackageName(name) || version === undefined) return null;
  if (operator === '=' && build === null) return null;
  return {
    name: name.toLowerCase(),
    version: boundedText(version, 256) ?? '',
    build,
    channel: own === undefined ? channel : channelName(own, null),
    subdir: null,
    archive: null,
  };
}

function catalogEnvironments(files: ReadonlyMap<string, EnvironmentRecord>): Catalog {
  const packages = [...files].flatMap(([path, { conda, pip }]) => [
    ...conda.map((pkg) =>
      toCatalogedPackage({
        type: 'conda',
        presence: 'declared',
        purl: condaPurl(pkg),
        name: pkg.name,
        version: pkg.version,
        evidence: [path],
      }),
    ),
    ...pip.map((pkg) =>
      toCatalogedPackage({
        type: 'pypi',
        presence: 'declared',
        purl: lockedPurl(pkg),
        name: pkg.name,
        version: pkg.version,
        evidence: [path],
      }),
    ),
  ]);
  return { packages, coverage: [] };
}
