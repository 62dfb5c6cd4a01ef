/**
 * The contract between the programme and whatever builds: a prepared context goes in, an OCI layout comes out. An engine holds
 * no credential, reaches no registry of the programme, and is not believed: the layout is examined by others.
 */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import type { BuildId } from '../builds/build.ts';

/** Folders are absolute. */
export interface BuildRequest {
  readonly buildId: BuildId;
  readonly architecture: Architecture;
  readonly platform: Platform;
  /** Folder with the files of the commit's directory, scrubbed; the engine may read it and nothing else of the commit. */
  readonly context: string;
  /** In the context; for `oci-import` the layout's `index.json`, or a descriptor. */
  readonly file: string;
  /** Where the context came from: told in annotations and provenance. */
  readonly source: { readonly repository: string; readonly commit: string; readonly directory: string };
  /** Every image that the Dockerfile names, as an OCI layout on this machine. */
  readonly parents: readonly PinnedParent[];
  readonly arguments: Readonly<Record<string, string>>;
  /** `SOURCE_DATE_EPOCH`: seconds since 1970. */
  readonly epoch: number;
  /** For the image's manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Folder to make, which becomes the OCI layout; its `index.json` lists one image. */
  readonly output: string;
  /** Folder for the engine's own files; whoever asked for the build removes it afterwards. */
  readonly scratch: string;
  /** What the build says, as it says it. */
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface PinnedParent {
  /** As the Dockerfile writes it: `debian:bookworm-slim`. */
  readonly from: string;
  readonly digest: Digest;
  /** Folder of an OCI layout that holds the manifest. */
  readonly layout: string;
}

/** What is known of a build that succeeded; everything else is read from the layout. */
export interface BuildOutcome {
  /** Of the image's manifest in the layout, as the engine says. */
  readonly digest: Digest;
}

/** What makes the images: goes into the recipe's identity and the provenance. */
export interface EngineDescription {
  /** `buildkit`, `buildah`, `oci-import`, or the name of a program. */
  readonly name: string;
  readonly version: string;
  /** Other parts that decide what comes out: the frontend, the isolation, options. */
  readonly parts: Readonly<Record<string, string>>;
}

export interface BuildEngine {
  /** @throws {LibraryError} ENGINE_MISSING */
  readonly describe: () => Promise<EngineDescription>;
  /** @throws {LibraryError} ENGINE_MISSING, BUILD_FAILED, BUILD_TIMEOUT, LAYOUT_INVALID */
  readonly build: (request: BuildRequest) => Promise<BuildOutcome>;
}
