/**
 * The images that building a Dockerfile needs, as the programme counts them: every `FROM`, and what is copied or mounted from,
 * a stage standing for the image that it begins with. docker-library/bashbrew, `pkg/dockerfile/parse.go`, without its gaps.
 */
import { type DockerfileSource, sourcesOfDockerfile } from '../../references/dockerfile.ts';
import { LibraryError } from '../errors.ts';

export interface DockerfileImages {
  /** In the order of the file, as often as they are named; `scratch` kept. */
  readonly froms: readonly [string, ...string[]];
  readonly lastStageFrom: string;
}

/** @throws {LibraryError} DOCKERFILE_INVALID with the line */
export function imagesOfDockerfile(text: string): DockerfileImages {
  const stages: string[] = [];
  const froms: string[] = [];
  // a line feed that is missing at the end would make an escape before it a part of a name
  for (const source of sourcesOfDockerfile(`${text}\n`)) {
    const from = source.stage === null ? imageOf(source) : stages[source.stage];
    if (from === undefined) throw unclear(source, `there is no stage ${source.stage} before it`);
    froms.push(from);
    if (source.role === 'base') stages.push(from);
  }
  const lastStageFrom = stages.at(-1);
  const [first, ...others] = froms;
  if (lastStageFrom === undefined || first === undefined)
    throw new LibraryError('DOCKERFILE_INVALID', 'it has no FROM');
  return { froms: [first, ...others], lastStageFrom };
}

/** With `:latest` where nothing else is asked for. */
function imageOf(source: DockerfileSource): string {
  const { reference, written, obstacle } = source.use;
  if (reference === null) throw unclear(source, obstacle ?? 'what it names cannot be told');
  if (!/^\w[\w.:/@-]*$/.test(reference) || reference.length > 1000)
    throw unclear(source, `${JSON.stringify(written.slice(0, 200))} is no image`);
  return reference === 'scratch' || /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
}

function unclear({ use: { line } }: DockerfileSource, reason: string): LibraryError {
  return new LibraryError('DOCKERFILE_INVALID', `line ${line}: ${reason}`);
}
