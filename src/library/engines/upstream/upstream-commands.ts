/**
 * The commands by which the Docker Official Images are built, from a record of `builds.json`: to compare with, and for those who
 * build in their way. docker-library/meta-scripts, `meta.jq`. Hallmark itself never runs a shell.
 */
import { isArchitecture } from '../../../definitions/architectures.ts';
import { digestText } from '../../../oci/descriptor.ts';
import {
  applyShape,
  count,
  list,
  object,
  optional,
  record,
  type Shaped,
  ShapeMismatch,
  string,
} from '../../../oci/shape.ts';
import { LibraryError } from '../../errors.ts';
import { type AnnotatedBuild, annotationsFor, gitAddress } from '../annotations.ts';
import { SCANNED_ARCHITECTURES, SCANNED_REPOSITORIES } from './upstream-sbom-repositories.ts';
import { IMPORT_BUILDER } from '../../../definitions/definition.ts';

/** What is run before, to, and after building; each of any number of lines. */
export interface UpstreamCommands {
  readonly pull: string;
  readonly build: string;
  readonly push: string;
}

export interface UpstreamCommandsOptions {
  /** What upstream takes from its clock: when images are said to be created. Seconds since 1970. */
  readonly epoch: number;
}

const PAGES = 'https://hub.docker.com/%s';
const PROVENANCE_BUILDER = 'https://github.com/docker-library';

const named = object({ annotations: optional(record(string())) });
const resolvedParent = object({
  annotations: optional(record(string())),
  manifests: list(named),
});
const sourceArchitecture = object({
  tags: list(string()),
  archTags: list(string()),
  lastStageFrom: optional(string()),
  platformString: string(),
});
const buildRecord = object({
  build: object({
    img: string(),
    arch: string(),
    parents: record(digestText),
    resolvedParents: record(resolvedParent),
  }),
  source: object({
    entries: list(
      object({
        GitRepo: string(),
        GitCommit: string(),
        Directory: string(),
        File: string(),
        Builder: string(),
        SOURCE_DATE_EPOCH: count,
      }),
    ),
    arches: record(sourceArchitecture),
  }),
});

interface KnownRecord {
  readonly build: Shaped<typeof buildRecord>['build'];
  readonly entry: Shaped<typeof buildRecord>['source']['entries'][number];
  readonly own: Shaped<typeof sourceArchitecture>;
}

/**
 * @param json a record of `builds.json`
 * @throws {LibraryError} DOCUMENT_INVALID
 */
export function upstreamCommands(json: unknown, { epoch }: UpstreamCommandsOptions): UpstreamCommands {
  const known = readRecord(json);
  const { img } = known.build;
  switch (builderOf(known)) {
    case 'buildkit':
      return { pull: '', build: buildkitCommand(known, epoch), push: pushLayout(img) };
    case 'classic':
      return { pull: pullCommand(known), build: classicCommand(known), push: `docker push ${quoted(img)}` };
    case IMPORT_BUILDER:
      return { pull: '', build: importCommand(json, known), push: pushLayout(img) };
    default:
      throw invalid(`the builder ${JSON.stringify(known.entry.Builder)} is none of upstream's`);
  }
}

/** The commands of a build under its first tag, in the form of upstream's test `meta-commands`. */
export function formatUpstreamCommands(json: unknown, options: UpstreamCommandsOptions): string {
  const { build, own } = readRecord(json);
  const { pull, build: building, push } = upstreamCommands(json, options);
  return [
    heading(`${own.tags[0] ?? ''} [${build.arch}]`),
    part('pull', pull),
    part('build', building),
    part('push', push),
  ].join('\n');
}

/**
 * A script of all builds. One that upstream's tools could not build is told in a comment, and the others go on.
 *
 * @param records those of a document `builds.json`
 */
export function formatAllUpstreamCommands(
  records: Iterable<unknown>,
  options: UpstreamCommandsOptions,
): string {
  const scripts = Array.from(records, (json) => {
    try {
      return formatUpstreamCommands(json, options);
    } catch (error) {
      if (error instanceof LibraryError) return heading(error.message);
      throw error;
    }
  });
  return scripts.map((script) => `${script}\n`).join('\n');
}

/** One line, whatever stands in it: what comes behind a line feed would be run. */
const heading = (text: string): string => `# ${text.replaceAll(/\p{Cc}/gu, ' ')}`;

const part = (name: string, text: string): string => `# <${name}>\n${text}\n# </${name}>`;

function readRecord(json: unknown): KnownRecord {
  const found = applyShape(buildRecord, json);
  if (found instanceof ShapeMismatch) throw invalid(`it is malformed at "${found.place}": ${found.message}`);
  const { build, source } = found;
  const [entry] = source.entries;
  const own = source.arches[build.arch];
  if (entry === undefined || own === undefined) throw invalid('it has no entry for its architecture');
  return { build, entry, own };
}

function invalid(because: string): LibraryError {
  return new LibraryError('DOCUMENT_INVALID', `a record of builds.json cannot be read: ${because}`);
}

/** On Windows there is no BuildKit that upstream relies on. */
function builderOf({ build, entry }: KnownRecord): string {
  return entry.Builder || (build.arch.startsWith('windows-') ? 'classic' : 'buildkit');
}

function buildkitCommand(known: KnownRecord, epoch: number): string {
  const { build, entry, own } = known;
  const docker = [
    'docker buildx build --progress=plain',
    `--provenance=mode=max,builder-id=${quoted(PROVENANCE_BUILDER)}`,
    ...(isScanned(known) ? ['--sbom=generator="$BASHBREW_BUILDKIT_SBOM_GENERATOR"'] : []),
    `--output ${quoted('"type=oci","dest=temp.tar"')}`,
    ...Object.entries(annotationsOf(known, epoch)).map(
      ([key, value]) => `--annotation ${quoted(`manifest,manifest-descriptor:${key}=${value}`)}`,
    ),
    ...tagOptions(known),
    `--platform ${quoted(own.platformString)}`,
    ...parentsOf(build).map(
      ([from, reference]) => `--build-context ${quoted(`${from}=docker-image://${reference}`)}`,
    ),
    '--build-arg BUILDKIT_SYNTAX="$BASHBREW_BUILDKIT_SYNTAX"',
    '--build-arg BUILDKIT_DOCKERFILE_CHECK=skip=all',
    `--file ${quoted(entry.File)}`,
    quoted(gitContext(entry)),
  ];
  return [
    docker.join(' \\\n\t'),
    'mkdir temp',
    'tar -xvf temp.tar -C temp',
    'rm temp.tar',
    `jq ${quoted(ONE_MANIFEST)} temp/index.json > temp/index.json.new`,
    'mv temp/index.json.new temp/index.json',
  ].join('\n');
}

/** BuildKit lists an image once for each of its names; with one manifest left the layout can be pushed. */
const ONE_MANIFEST =
  '.manifests |= (unique_by(.digest, .size, .mediaType) | if length == 1 then . else error("\\(length) images instead of one") end)';

function classicCommand(known: KnownRecord): string {
  const { entry, own } = known;
  return [
    'DOCKER_BUILDKIT=0',
    'docker build',
    ...tagOptions(known),
    `--platform ${quoted(own.platformString)}`,
    `--file ${quoted(entry.File)}`,
    quoted(gitContext(entry)),
  ].join(' \\\n\t');
}

function pullCommand({ build }: KnownRecord): string {
  return parentsOf(build)
    .flatMap(([from, reference]) => [
      `docker pull ${quoted(reference)}`,
      `docker tag ${quoted(reference)} ${quoted(from)}`,
    ])
    .join('\n');
}

function importCommand(json: unknown, known: KnownRecord): string {
  const helpers = '"$BASHBREW_META_SCRIPTS/helpers';
  const scan = [
    '# SBOM',
    'mv temp temp.orig',
    `${helpers}/oci-sbom.sh" <<<"$build" temp.orig temp`,
    'rm -rf temp.orig',
  ];
  return [
    `build=${quoted(JSON.stringify(json))}`,
    `${helpers}/oci-import.sh" <<<"$build" temp`,
    ...(isScanned(known) ? scan : []),
  ].join('\n');
}

const pushLayout = (image: string): string => `crane push temp ${quoted(image)}\nrm -rf temp`;

function tagOptions({ build, own }: KnownRecord): string[] {
  return [...own.tags, ...own.archTags, build.img].map((tag) => `--tag ${quoted(tag)}`);
}

function isScanned({ build, own }: KnownRecord): boolean {
  return (
    SCANNED_ARCHITECTURES.has(build.arch) &&
    own.tags.some((tag) => SCANNED_REPOSITORIES.has(tag.slice(0, tag.indexOf(':'))))
  );
}

/** Each parent, and where it is pulled from as people write it. */
function parentsOf({
  resolvedParents,
}: KnownRecord['build']): (readonly [from: string, reference: string])[] {
  return Object.entries(resolvedParents).map(([from, { annotations, manifests }]) => {
    const reference = manifests[0]?.annotations?.[REF_NAME] ?? annotations?.[REF_NAME];
    if (reference === undefined) throw invalid(`its parent ${JSON.stringify(from)} has no ${REF_NAME}`);
    return [from, reference.replace(/^docker\.io\//, '').replace(/^library\//, '')];
  });
}

const REF_NAME = 'org.opencontainers.image.ref.name';

function gitContext(entry: KnownRecord['entry']): string {
  const address = gitAddress(entry.GitRepo);
  if (!address.endsWith('.git'))
    throw invalid(`no builder takes ${JSON.stringify(address)} for a repository`);
  return `${address}#${entry.GitCommit}:${entry.Directory}`;
}

function annotationsOf({ build, entry, own }: KnownRecord, epoch: number): Readonly<Record<string, string>> {
  if (!isArchitecture(build.arch)) throw invalid(`${JSON.stringify(build.arch)} is no architecture`);
  const [tag = ''] = own.tags;
  const from = own.lastStageFrom ?? '';
  const annotated: AnnotatedBuild = {
    entry: {
      gitRepo: entry.GitRepo,
      gitCommit: entry.GitCommit,
      directory: entry.Directory,
      builder: entry.Builder,
      epoch: entry.Builder === IMPORT_BUILDER ? entry.SOURCE_DATE_EPOCH : epoch,
    },
    architecture: build.arch,
    tags: own.tags,
    lastStageFrom: from,
    baseDigest: build.parents[from] ?? null,
    pageUrl: PAGES.replace('%s', tag.includes('/') ? 'r/%s' : '_/%s'),
  };
  return annotationsFor(annotated);
}

/** One word of a POSIX shell, as jq's `@sh` writes it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
