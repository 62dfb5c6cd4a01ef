/** A programme of images: its definitions, what it pins, and how it builds, examines and publishes. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Definition } from '../../definitions/definition.ts';
import type { Digest } from '../../model/digest.ts';
import type { SeverityLevel } from '../../model/severity.ts';

export interface Repository {
  /** The name of its file: `redis`. */
  readonly name: string;
  readonly file: string;
  readonly definition: Definition;
}

/** A definition that could not be read: the others go on without it. */
export interface BrokenRepository {
  readonly name: string;
  readonly file: string;
  /** One sentence each, with line and column where they are known. */
  readonly problems: readonly string[];
}

/** Digests that images from outside of the programme are pinned to, by `repo:tag` as Dockerfiles write them. */
export type ExternalPins = ReadonlyMap<string, Digest>;

export interface Programme {
  readonly settings: ProgrammeSettings;
  /** In the order of their names. */
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly broken: readonly BrokenRepository[];
  readonly pins: ExternalPins;
}

/** The programme's own file, `programme.yaml`, with defaults filled in; paths are absolute. */
export interface ProgrammeSettings {
  readonly name: string;
  /** The folder of the file. */
  readonly folder: string;
  /** Folder of definition files. */
  readonly library: string;
  /** Folder of pins of outside images, in the form of `.external-pins`; null for none. */
  readonly pins: string | null;
  /** Folder of the parts of documentation; null for none. */
  readonly documents: string | null;
  /** Folder of image tests in the form of official-images' `test/`; null for none. */
  readonly tests: string | null;
  /** Folder of the programme's state. */
  readonly state: string;
  readonly git: GitSettings;
  readonly registry: {
    /** `registry/path`: images of an architecture are in `<quarantine>/<architecture>`. */
    readonly quarantine: string;
    /** `registry/path`: a repository is `<public>/<name>`. */
    readonly public: string;
    /** HTTP in place of HTTPS, for registries of tests and of one machine. */
    readonly plainHttp: boolean;
    /** Where images from outside may be had besides their own registry, by its host. */
    readonly mirrors: Readonly<Record<string, readonly string[]>>;
  };
  /** Build arguments that every build is given; they are a part of the recipe. */
  readonly arguments: Readonly<Record<string, string>>;
  /** The engine of each architecture that is built here; others are planned only. */
  readonly engines: Readonly<Partial<Record<Architecture, EngineSettings>>>;
  /** By which engine images are built again to see whether they come out the same; where none is named, by the one that made them. */
  readonly reproduction: { readonly engines: ProgrammeSettings['engines'] };
  readonly roles: {
    readonly builder: Role;
    readonly verifier: SigningRole & {
      /** File of the public key, which is all that a publisher elsewhere has of it; null: that of `key`. */
      readonly publicKey: string | null;
    };
    readonly publisher: SigningRole;
  };
  readonly rules: RepositoryRules;
  /** Where a repository differs. */
  readonly repositoryRules: Readonly<Record<string, RepositoryRules>>;
  /** How soon a fixable flaw must be rebuilt away, in seconds; what is not named is not rebuilt for. */
  readonly advisoryDeadlines: Readonly<Partial<Record<SeverityLevel, number>>>;
  readonly gate: AdmissionGate;
  /** Builds of one architecture at the same time. */
  readonly parallelBuilds: number;
  readonly logs: {
    /** How long a log is kept from the start of its build, in seconds; null for ever. Those of standing images are kept as long as these. */
    readonly keep: number | null;
  };
  /** Seconds after which names of outside images, definitions and advisories are looked at again while the programme runs on. */
  readonly pollInterval: number;
  /** Attestations also in the index, as BuildKit does. */
  readonly attestationsInIndex: boolean;
  /** Address of the page of a repository, with `%s` for its name; null for none. */
  readonly pageUrl: string | null;
  /** Documentation pages that the publisher keeps as they should be; null for none. */
  readonly pages: PagesSettings | null;
  readonly feeds: FeedSettings | null;
  readonly webhooks: readonly WebhookSettings[];
}

export interface PagesSettings {
  readonly folder: string;
  /** Also a page for each tag and each image. */
  readonly images: boolean;
}

export interface FeedSettings {
  /** Folder of the feeds that the publisher writes. */
  readonly folder: string;
  /** Where it is published, with a slash at its end; null where that is not known. */
  readonly address: string | null;
}

export interface GitSettings {
  /** Longest matching start of a repository's address is replaced: mirrors, and folders of this machine. */
  readonly rewrites: readonly { readonly from: string; readonly to: string }[];
  readonly timeoutSeconds: number;
}

export type EngineSettings =
  | {
      readonly kind: 'buildah';
      readonly isolation: 'chroot' | 'rootless' | 'oci';
      readonly storageDriver: string;
    }
  | {
      readonly kind: 'buildkit';
      /** `unix:///run/buildkit/buildkitd.sock`, `tcp://…`; null for the default of `buildctl`. */
      readonly address: string | null;
      /** Image of the Dockerfile frontend by digest; null for the one that is built in. */
      readonly frontend: string | null;
    }
  /** A program of one's own: it is told the request as JSON, and leaves a layout. */
  | { readonly kind: 'command'; readonly command: readonly [string, ...string[]] };

/** Who does a part of the work, with nothing but what it needs for that. */
export interface Role {
  /** Folder with a `config.json` in the form of Docker's; null for the one of the environment. */
  readonly credentials: string | null;
}

export interface SigningRole extends Role {
  /** As `hallmark sign --key` takes it; null for none, with which nothing can be signed. */
  readonly key: string | null;
}

/** Times are in seconds. */
export interface RepositoryRules {
  /** Without these nothing is published before the deadline. */
  readonly requiredArchitectures: readonly Architecture[];
  /** How long an index waits for architectures that are not required, from its first admitted image. */
  readonly publishDeadline: number;
  /** Images that are older are rebuilt; null for never. */
  readonly maximumAge: number | null;
  /** How long changes are let gather before a wave begins; fixes of flaws do not wait. */
  readonly settle: number;
  readonly buildTimeout: number;
  readonly datedTags: DatedTags;
  /** For how long it is to be believed what is signed of tags; null: nothing is signed of them. */
  readonly tagValidity: number | null;
}

export const DATED_TAGS = ['none', 'specific', 'all'] as const;

/** Which tags get names that never move: none, of those that mean the same the most specific one, or all. */
export type DatedTags = (typeof DATED_TAGS)[number];

export interface AdmissionGate {
  /** An image with a fixable flaw this severe is refused; null for none. */
  readonly fixableFrom: SeverityLevel | null;
  readonly refuseSecrets: boolean;
  /** Tests that may fail without refusing the image, by repository: `redis: [utc]`. */
  readonly toleratedTests: Readonly<Record<string, readonly string[]>>;
}

export interface WebhookSettings {
  readonly url: string;
  /** Variable with the key of the HMAC that authenticates each call; null for none. */
  readonly secretVariable: string | null;
}

export function rulesFor(
  { rules, repositoryRules }: Pick<ProgrammeSettings, 'rules' | 'repositoryRules'>,
  repository: string,
): RepositoryRules {
  return (Object.hasOwn(repositoryRules, repository) ? repositoryRules[repository] : undefined) ?? rules;
}
