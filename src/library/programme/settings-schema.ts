/** The file `programme.yaml`. Its JSON Schema is made from this one: docs/schema/programme-1.schema.json. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { parseReference } from '../../oci/reference.ts';
import { OciError } from '../../oci/errors.ts';
import { DATED_TAGS } from './programme.ts';
import { A_DURATION, Duration, Wait } from './duration.ts';

const HOUR = 3_600;

const LOCAL_REGISTRY = {
  quarantine: 'localhost:5000/quarantine',
  public: 'localhost:5000/library',
  plainHttp: true,
  mirrors: {},
};

const Text = z.string().trim().min(1).max(2_000);
/** Unlike `z.httpUrl` also of this machine, and by number. */
const Address = z.url({ protocol: /^https?$/ }).max(2_000);
const Folder = Text.describe('a folder, relative to this file');
const Architecture = z.enum(ARCHITECTURE_NAMES);
const Severity = z.enum(['critical', 'high', 'medium', 'low', 'negligible']);

const Path = z
  .string()
  .max(300)
  .refine(isRepositoryPath, 'registry and path, such as registry.example/programme, without a tag');

function isRepositoryPath(text: string): boolean {
  if (!text.includes('/') || text.includes('@')) return false;
  try {
    const { tag, digest } = parseReference(`${text}/name:tag`);
    return tag === 'tag' && digest === null;
  } catch (error) {
    if (error instanceof OciError) return false;
    throw error;
  }
}

const Buildah = z.strictObject({
  kind: z.literal('buildah').describe('docs/engines.md'),
  isolation: z.enum(['chroot', 'rootless', 'oci']).default('chroot').describe('of the steps of a build'),
  storageDriver: z.enum(['vfs', 'overlay']).default('vfs').describe('a part of the recipe'),
});
const Buildkit = z.strictObject({
  kind: z.literal('buildkit').describe('docs/engines.md'),
  address: Text.nullable().default(null).describe('of buildkitd; left out: where buildctl looks for it'),
  frontend: Text.nullable()
    .default(null)
    .describe('image of the Dockerfile frontend by digest; left out: the one that BuildKit has built in'),
});
const Command = z.strictObject({
  kind: z.literal('command').describe('docs/engines.md'),
  command: z.tuple([Text], Text).describe('a program of your own and its arguments: docs/engines.md'),
});

/** An engine's settings; what is left out has its default. */
export const Engine = z.discriminatedUnion('kind', [Buildah, Buildkit, Command]);

const A_VALIDITY = `${A_DURATION}, from a minute on, or none`;

const Rules = z.strictObject({
  requiredArchitectures: z.array(Architecture).optional().describe('nothing is published without these'),
  publishDeadline: Duration.optional().describe('how long an index waits for the other architectures'),
  maximumAge: z
    .union([Duration, z.literal('never')], `${A_DURATION}, or never`)
    .optional()
    .describe('older images are rebuilt'),
  settle: Duration.optional().describe('how long changes gather before they are built; fixes do not wait'),
  buildTimeout: Wait.optional().describe('a build that takes longer is ended'),
  tagValidity: z
    .union([Duration.refine((seconds) => seconds >= 60, A_VALIDITY), z.literal('none')], A_VALIDITY)
    .optional()
    .describe(
      'the publisher signs what tags mean, to be believed for so long, and signs it again when half of that is over: docs/publishing.md',
    ),
  datedTags: z
    .enum(DATED_TAGS)
    .optional()
    .describe(
      'which tags also get a name of the day that never moves, as `8.2.1-20261121`, when they move: the most specific of those that mean the same, or all: docs/publishing.md',
    ),
});

const Credentials = Text.nullable()
  .default(null)
  .describe("folder with a config.json in the form of Docker's; left out: as the environment says");
const Key = Text.nullable()
  .default(null)
  .describe('as "hallmark sign --key" takes it; a file is relative to this one');
const SigningRole = z.strictObject({ credentials: Credentials, key: Key });

export const ProgrammeFile = z.strictObject({
  schema: z.literal('hallmark.programme/1').describe('the form of this file'),
  name: Text.default('programme').describe('in statements, feeds and pages; not to be changed later'),
  library: Folder.default('library').describe('one definition file for each repository: docs/definitions.md'),
  pins: Folder.nullable().default(null).describe('pins of outside images, in the form of .external-pins'),
  documents: Folder.nullable().default(null).describe('texts of the documentation pages'),
  tests: Folder.nullable().default(null).describe('tests of images, in the form of official-images'),
  state: Folder.default('.hallmark').describe(
    'what is remembered between commands: builds, logs, the ledger',
  ),
  git: z
    .strictObject({
      rewrites: z
        .array(
          z.strictObject({
            from: Text.describe('start of an address'),
            to: Text.describe('a folder, or another address'),
          }),
        )
        .max(1_000)
        .default([])
        .describe(
          'addresses that begin with `from` are fetched from `to`, a folder or an address; the longest counts',
        ),
      timeout: Wait.prefault('10m').describe('of each call of git, such as fetching from one repository'),
    })
    .prefault({}),
  registry: z
    .strictObject({
      quarantine: Path.describe('images of an architecture are in QUARANTINE/ARCHITECTURE'),
      public: Path.describe('a repository is PUBLIC/NAME'),
      plainHttp: z.boolean().default(false).describe('HTTP in place of HTTPS for both'),
      mirrors: z.record(z.string(), z.array(Address)).default({}).describe('of outside images, by host'),
    })
    .default(LOCAL_REGISTRY)
    .describe('left out: the registry of this machine'),
  arguments: z
    .record(z.string().regex(/^[A-Za-z_]\w{0,99}$/, 'a name of a build argument'), z.string().max(4_000))
    .default({})
    .describe('build arguments for every build'),
  parallelBuilds: z.int().min(1).max(1_000).default(1).describe('of one architecture at the same time'),
  logs: z
    .strictObject({
      keep: z
        .union([Duration, z.literal('forever')], `${A_DURATION}, or forever`)
        .prefault('90d')
        .describe('from the start of a build; logs of images that stand are kept as long as these'),
    })
    .prefault({})
    .describe('logs of builds on this machine: docs/build-logs.md'),
  pollInterval: Wait.prefault('1m').describe(
    'how often definitions, outside images and advisories are looked at',
  ),
  engines: z
    .partialRecord(Architecture, Engine)
    .default({})
    .describe('what builds an architecture on this machine; others are only planned: docs/engines.md'),
  reproduction: z
    .strictObject({
      engines: z
        .partialRecord(Architecture, Engine)
        .default({})
        .describe('what builds images again, to compare them: docs/reproducibility.md'),
    })
    .prefault({}),
  roles: z
    .strictObject({
      builder: z.strictObject({ credentials: Credentials }).prefault({}),
      verifier: SigningRole.extend({
        publicKey: Text.nullable()
          .default(null)
          .describe('all that a publisher on another machine needs of it; left out: that of key'),
      }).prefault({}),
      publisher: SigningRole.prefault({}),
    })
    .prefault({}),
  rules: Rules.default({}),
  repositories: z.record(z.string(), Rules).default({}).describe('where a repository differs'),
  advisoryDeadlines: z
    .partialRecord(Severity, Duration)
    .prefault({ critical: '1d', high: '7d', medium: '30d' })
    .describe('how soon a flaw with a fix is rebuilt away'),
  gate: z
    .strictObject({
      fixableFrom: Severity.nullable().default('critical').describe('images with such a flaw are refused'),
      refuseSecrets: z
        .boolean()
        .default(true)
        .describe('images that bring keys, tokens or passwords are refused'),
      toleratedTests: z
        .record(z.string(), z.array(Text))
        .default({})
        .describe('tests that may fail, by repository'),
    })
    .prefault({}),
  attestationsInIndex: z.boolean().default(false).describe("also in the index, in BuildKit's form"),
  pageUrl: Address.nullable().default(null).describe('page of a repository, with %s for its name'),
  pages: z
    .strictObject({
      folder: Folder,
      images: z.boolean().default(false).describe('also a page for each tag and each image'),
    })
    .nullable()
    .default(null)
    .describe('documentation pages, written after each publication and each change of definitions'),
  feeds: z
    .strictObject({
      folder: Folder,
      address: Address.nullable().default(null).describe('where that folder is published'),
    })
    .nullable()
    .default(null)
    .describe('feeds of the ledger, written after each publication'),
  webhooks: z
    .array(
      z.strictObject({
        url: Address.describe('where it is called with POST'),
        secretVariable: Text.nullable().default(null).describe('variable with the key that signs the calls'),
      }),
    )
    .max(100)
    .default([])
    .describe('addresses that are told of each publication'),
});

export type ProgrammeFile = z.infer<typeof ProgrammeFile>;
export type StatedRules = z.infer<typeof Rules>;

/** What holds where neither the programme nor the repository says anything. */
export const DEFAULT_RULES = {
  requiredArchitectures: [],
  publishDeadline: 24 * HOUR,
  maximumAge: null,
  settle: 0,
  buildTimeout: 3 * HOUR,
  datedTags: 'none',
  tagValidity: null,
} as const;

/** The published JSON Schema, draft 2020-12. */
export function programmeJsonSchema(): object {
  return { $id: 'hallmark.programme/1', ...z.toJSONSchema(ProgrammeFile, { io: 'input' }) };
}
