import { resolve } from 'node:path';
import type { RegistryOptions } from '../../oci/image.ts';
import { UpdateError } from '../errors.ts';
import type { ChannelStore, WritableChannelStore } from './channel-store.ts';
import { openFolderStore } from './folder-store.ts';
import { openRegistryStore } from './registry-store.ts';
import { openWebStore } from './web-store.ts';

export interface StoreOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly registry?: RegistryOptions;
  readonly offline?: boolean;
  readonly signal: AbortSignal;
  readonly onRetry?: (host: string, attempt: number, reason: string) => void;
}

/**
 * The store that a user names: an address of a web server, a folder (`folder:PATH`, or a path that begins with a dot or a
 * slash), or else a reference of a registry's artifact.
 *
 * @throws {OciError} REFERENCE_INVALID, REGISTRY_OPTIONS_INVALID
 */
export function openStore(place: string, options: StoreOptions): ChannelStore {
  return isWeb(place)
    ? openWebStore(place, { ...options, timeoutMs: options.registry?.timeoutMs })
    : openWritableStore(place, options);
}

/**
 * As `openStore`, for publishing.
 *
 * @throws {UpdateError} CHANNEL_UNREADABLE for a web server, which takes nothing
 */
export function openWritableStore(place: string, options: StoreOptions): WritableChannelStore {
  if (isWeb(place)) {
    const message = `${place} is a web server: publish to a folder, and let the server serve that`;
    throw new UpdateError('CHANNEL_UNREADABLE', message, { subject: place });
  }
  if (place.startsWith('folder:')) return openFolderStore(place.slice('folder:'.length));
  return /^[./]/.test(place) ? openFolderStore(place) : openRegistryStore(place, options);
}

/** The place as it is named from any working directory. */
export function absolutePlace(place: string): string {
  if (place.startsWith('folder:')) return `folder:${resolve(place.slice('folder:'.length))}`;
  return /^[./]/.test(place) ? resolve(place) : place;
}

function isWeb(place: string): boolean {
  return /^https?:\/\//i.test(place);
}
