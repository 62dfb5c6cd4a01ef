/** Content-addressed identities of builds. docker-library/meta-scripts, `cmd/builds/main.go`. */
import { hash } from 'node:crypto';
import type { Architecture } from '../../definitions/architectures.ts';
import { digestHex, digestOf } from '../../model/digest.ts';
import { canonicalJson } from '../../formats/canonical-json.ts';
import type { SourceId } from '../sources/source.ts';
import type { BuildId, RecipeId, ResolvedParent } from './build.ts';

/**
 * SHA-256 of a compact JSON object and a line feed, exactly as upstream writes it.
 *
 * @param parents in the order of the Dockerfile, without `scratch`
 */
export function buildIdOf(
  sourceId: SourceId,
  architecture: Architecture,
  parents: readonly Pick<ResolvedParent, 'from' | 'digest'>[],
): BuildId {
  const json = JSON.stringify;
  const digests = parents.map(({ from, digest }) => `${json(from)}:${json(digest)}`).join(',');
  const identity = `{"sourceId":${json(sourceId)},"arch":${json(architecture)},"parents":{${digests}}}\n`;
  return hash('sha256', asGoWrites(identity)) as BuildId;
}

const ESCAPED_BY_GO = /[<>&\u2028\u2029]/g;

/** JSON as Go's `encoding/json` writes it: it escapes what HTML and JavaScript might misread. */
function asGoWrites(json: string): string {
  return json.replace(
    ESCAPED_BY_GO,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Everything beside sources and parents that decides what an image is like and what is said of it. */
export interface Recipe {
  /** As the engine describes itself. */
  readonly engine: {
    readonly name: string;
    readonly version: string;
    readonly parts: Readonly<Record<string, string>>;
  };
  /** What makes the bill of materials, with the version of its catalogers; the advisories that it knows do not count. */
  readonly scanner: { readonly name: string; readonly version: string };
  /** Build arguments. */
  readonly arguments: Readonly<Record<string, string>>;
}

/** Upstream has no such identity: there, a new BuildKit or scanner never leads to a rebuild. */
export function recipeIdOf({ engine, scanner, arguments: build }: Recipe): RecipeId {
  const { name, version, parts } = engine;
  return digestHex(
    digestOf(
      canonicalJson({
        engine: { name, version, parts },
        scanner: { name: scanner.name, version: scanner.version },
        arguments: build,
      }),
    ),
  ) as RecipeId;
}
