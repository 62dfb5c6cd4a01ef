/**
 * Docker's official images as a programme: all definitions of one day, facts of their commits on record, nothing built yet.
 *
 *   node bench/official-programme.ts read|sources|plan CHECKOUT
 *
 * CHECKOUT is docker-library/official-images at the commit of the facts (`test/fixtures/library/official-images/README.md`). `read`
 * reads the same files, and parses the facts as JSON alone; `sources` parses the definitions and makes the sources; `plan` plans
 * them too, with nothing built yet.
 */
import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { officialContentsWithStandIns } from '../test/library/official-contents.ts';
import { parseDefinition } from '../src/definitions/parse.ts';
import { createBuildGraph } from '../src/library/builds/build-graph.ts';
import type { RecipeId } from '../src/library/builds/build.ts';
import { identifyBuilds } from '../src/library/builds/identify-builds.ts';
import { ownNames } from '../src/library/builds/resolve-parents.ts';
import { contentUses } from '../src/library/contents/content-uses.ts';
import { toContents } from '../src/library/contents/recorded-contents.ts';
import { planWork } from '../src/library/plan/plan-work.ts';
import { defaultSettings } from '../src/library/programme/read-settings.ts';
import { makeSources } from '../src/library/sources/make-sources.ts';
import { formatSources } from '../src/library/sources/sources-document.ts';
import type { StateSnapshot } from '../src/library/state/programme-state.ts';
import { digestOf } from '../src/model/digest.ts';
import { definitionsOf } from './official-definitions.ts';

const FIXTURES = new URL('../test/fixtures/library/official-images/', import.meta.url);
const [, , mode = 'plan', checkout] = process.argv;
if (checkout === undefined)
  throw new Error('usage: node bench/official-programme.ts read|sources|plan CHECKOUT');
const NOW = 1_787_000_000;
const RECIPE = 'recipe' as RecipeId;
const NOTHING_BUILT: StateSnapshot = {
  images: new Map(),
  generations: new Map(),
  unexamined: [],
  failures: new Map(),
  requests: [],
  previous: new Map(),
  previousOfTag: new Map(),
  examined: new Map(),
  revoked: new Map(),
};

const definitions = definitionsOf(checkout);
if (mode === 'read') readFacts();
else run(mode === 'plan');

function unpack(name: string): string {
  return zstdDecompressSync(readFileSync(new URL(name, FIXTURES))).toString('utf8');
}

function readFacts(): void {
  for (const name of ['contents.jsonl.zst', 'stand-ins.jsonl.zst'])
    for (const line of unpack(name).trimEnd().split('\n')) JSON.parse(line);
}

function run(isPlanned: boolean): void {
  const times: Record<string, number> = {};
  let last = performance.now();
  const done = (step: string): void => {
    const now = performance.now();
    times[step] = Math.round(now - last);
    last = now;
  };
  const recorded = officialContentsWithStandIns();
  done('read');
  const repositories = new Map(
    [...definitions].map(([name, text]) => [
      name,
      { name, file: name, definition: parseDefinition(text, { name }) },
    ]),
  );
  done('parse');
  const uses = contentUses(repositories.values());
  const contents = toContents(recorded);
  const unknown = uses.filter(({ inputs }) => contents.factsOf(inputs) === null).length;
  const { sources, problems } = makeSources(repositories.values(), contents, new Map());
  done('sources');
  const told: Record<string, unknown> = { uses: uses.length, unknown, sources: sources.size, problems };
  if (isPlanned) {
    const settings = defaultSettings('/programme');
    const graph = createBuildGraph(sources);
    // older images of its own are where it publishes
    const registry = { ...settings.registry, public: 'docker.io/library' };
    const ownName = ownNames({ repositories, broken: [], pins: new Map(), settings: { registry } });
    done('graph');
    const builds = identifyBuilds(graph, {
      ofBuild: () => null,
      ofOutside({ from, architecture }) {
        const own = ownName(from, architecture);
        const digest = digestOf(from);
        return own === null ? { reference: `registry.example/x@${digest}`, digest } : { because: own };
      },
    });
    done('identify');
    const plan = planWork({
      settings,
      graph,
      builds,
      again: new Set(),
      snapshot: NOTHING_BUILT,
      outside: new Map(),
      recipeOf: () => RECIPE,
      fixes: new Map(),
      now: NOW,
    });
    done('plan');
    const { work, waiting, blocked } = plan;
    told['plan'] = { work: work.length, waiting: waiting.length, blocked: blocked.length };
    told['targets'] = graph.targets.length;
  } else {
    told['document'] = formatSources(sources).length;
    done('format');
  }
  console.log(JSON.stringify({ ...told, milliseconds: times }, null, 2));
}
