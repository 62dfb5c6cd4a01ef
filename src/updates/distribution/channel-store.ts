import type { Digest } from '../../model/digest.ts';
import type { ChannelFile } from './channel.ts';

/** A place that a channel is read from. Nothing that comes from it is trusted before it is verified. */
export interface ChannelStore {
  /** What the user calls it. */
  readonly name: string;
  /** The signed channel; null where nothing is published. */
  readEnvelope(): Promise<Uint8Array | null>;
  /** The bytes of a file, not verified. */
  readFile(file: ChannelFile): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A place that a channel may be published to. */
export interface WritableChannelStore extends ChannelStore {
  hasFile(file: ChannelFile): Promise<boolean>;
  writeFile(file: ChannelFile, bytes: Uint8Array): Promise<void>;
  /**
   * Makes the channel the published one, in one step: a reader sees the old one or the new one.
   *
   * @param files everything that it names, which is there
   */
  writeEnvelope(envelope: Uint8Array, files: readonly PublishedFile[]): Promise<void>;
}

export interface PublishedFile extends ChannelFile {
  readonly kind: 'base' | 'delta';
}

/** Where a file is in a folder or below an address: `files/sha256-…`. */
export function filePath(digest: Digest): string {
  return `files/${digest.replace(':', '-')}`;
}

/** The signed channel in a folder or below an address. */
export const ENVELOPE_PATH = 'channel.json';
