import { parsedScheme } from './parsed-scheme.ts';
import { compareSemanticVersions, readStrictly } from './semver.ts';

/** Versions of Erlang's and Elixir's packages: Semantic Versioning 2.0.0. https://hexdocs.pm/elixir/Version.html */
export const hex = parsedScheme('hex', readStrictly, compareSemanticVersions);
