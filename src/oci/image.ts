import type { Digest } from '../model/digest.ts';
import type { Platform } from '../model/platform.ts';
import type { HistoryStep, RunConfiguration } from '../model/assessment.ts';

/** Bytes of a blob, from `start` to before `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where the bytes of one layer come from, in the form in which they were transported. */
export interface ImageLayer {
  readonly index: number;
  /** From the configuration's `rootfs.diff_ids`: digest of the uncompressed tar. */
  readonly diffId: Digest;
  /** From the manifest; where the transport has none (docker-archive) the diff ID again. */
  readonly digest: Digest;
  /** Size of the blob as transported. */
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Index into the image's history; null when the history does not fit the layers. */
  readonly step: number | null;
  /** Of its descriptor in the manifest, and so as trustworthy as that. */
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * Opens a part of the blob, where the transport can and the blob has far to come. Nothing is checked: no digest says
   * what a part has to be. Fewer bytes may come.
   *
   * @throws {OciError} REGISTRY_PROTOCOL when the registry knows no ranges, and the source's own errors
   */
  readonly openRange?: (range: ByteRange, signal?: AbortSignal) => AsyncIterable<Uint8Array>;
  /**
   * Opens the blob from its first byte. The stream checks digest and size as it is read and throws at its end when
   * they differ, so what was derived from it must not be used before the stream has ended well.
   *
   * @throws {OciError} LAYER_DIGEST_MISMATCH, BLOB_SIZE_MISMATCH and the source's own errors
   */
  open(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Something that was attached to an image. Not verified: who wrote it is for `trust/` to say. */
export interface Attachment {
  /** In the image's own index, as BuildKit does, or by reference to the image. */
  readonly source: 'index' | 'referrers';
  /** What the artifact as a whole is. */
  readonly artifactType: string;
  /** Of this content. */
  readonly mediaType: string;
  /** Of an in-toto statement, where the manifest tells: `https://spdx.dev/Document`. */
  readonly predicateType: string | null;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /**
   * Reads the content; digest and size are checked.
   *
   * @throws {OciError} BLOB_DIGEST_MISMATCH, BLOB_SIZE_MISMATCH, MANIFEST_INVALID when it is too large, and the source's
   */
  read(signal?: AbortSignal): Promise<Uint8Array>;
}

/** What the image's configuration says. OCI image spec, config.md. */
export interface ImageConfiguration {
  readonly platform: Platform;
  readonly created: string | null;
  readonly author: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly run: RunConfiguration;
  readonly history: readonly HistoryStep[];
  readonly diffIds: readonly Digest[];
}

interface ImageBase {
  /** As the user wrote it. */
  readonly reference: string;
}

/** An image of layers. Manifest and configuration have been read and verified; layers are read on demand. */
export interface LayeredImage extends ImageBase {
  readonly kind: 'image';
  readonly digest: Digest | null;
  readonly indexDigest: Digest | null;
  readonly configDigest: Digest;
  readonly mediaType: string | null;
  /** Annotations of the manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly configuration: ImageConfiguration;
  readonly layers: readonly ImageLayer[];
  /**
   * What is attached to the image: `index` finds what its index already told of, `referrers` asks the registry or looks
   * through the layout. Transports without manifests have none.
   *
   * @throws {OciError} what reading manifests throws
   */
  attachments(source: Attachment['source']): Promise<readonly Attachment[]>;
}

/** A root file system in a directory of this machine. */
export interface RootFileSystem extends ImageBase {
  readonly kind: 'root-file-system';
  /** Absolute path on the host. */
  readonly directory: string;
}

export type Image = LayeredImage | RootFileSystem;

/** How a reference is to be opened. Everything that differs between machines is an argument. */
export interface OpenOptions {
  /** Which image of an index: one platform, or every one. Default: this machine's architecture on linux. */
  readonly platform?: Platform | 'all';
  /** Forbids every connection but local sockets and loopback registries. */
  readonly offline?: boolean;
  /** Called with each step that takes time, for progress on stderr. */
  readonly onProgress?: (event: SourceProgress) => void;
  readonly signal?: AbortSignal;
  /** Registry settings; see registry/configuration.ts. */
  readonly registry?: RegistryOptions;
  /** Environment variables, for HOME, DOCKER_CONFIG, DOCKER_HOST, XDG_RUNTIME_DIR, proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface RegistryOptions {
  /** Mirrors by registry host, tried in order before the registry itself: `{ 'docker.io': ['https://mirror.local'] }`. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Registry hosts that may be spoken to over plain HTTP; loopback may always. */
  readonly plainHttp?: readonly string[];
  /** Tries per request, the first included. Default 4. */
  readonly attempts?: number;
  /** Longest silence of a registry before the request counts as hung, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
}

export type SourceProgress =
  | { readonly kind: 'resolving'; readonly reference: string }
  | {
      readonly kind: 'blob';
      readonly digest: Digest;
      readonly doneBytes: number;
      readonly totalBytes: number;
    }
  | {
      readonly kind: 'retrying';
      readonly address: string;
      readonly attempt: number;
      readonly reason: string;
    };

/** One way to come by images; the prefix before the first colon chooses it. */
export interface ImageSource {
  /** `registry`, `oci-dir`, `oci-archive`, `docker-archive`, `dir`, `docker`, `podman`, `containerd`. */
  readonly scheme: string;
  /** One sentence for `--help`. */
  readonly means: string;
  /**
   * Opens what `location` (the reference without its scheme) names. More than one image only with platform `all`.
   *
   * @throws {OciError}
   */
  open(location: string, reference: string, options: OpenOptions): Promise<OpenedImages>;
}

/** Images that share open files or connections. */
export interface OpenedImages {
  readonly images: readonly Image[];
  close(): Promise<void>;
}
