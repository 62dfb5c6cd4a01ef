import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { formatReference } from '../../oci/reference.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import type { DeployReference } from './deploy-reference.ts';

/** Repositories of registries, each opened once. */
export interface DeployStores {
  at(reference: DeployReference): ImageWriter;
  close(): Promise<void>;
}

export function openDeployStores(connection: ConnectionOptions): DeployStores {
  const stores = new Map<string, ImageWriter>();
  return {
    at(reference) {
      const name = formatReference({ ...reference, tag: null, digest: null });
      const store = stores.get(name) ?? openRegistryWriter(name, connection);
      stores.set(name, store);
      return store;
    },
    async close() {
      await Promise.all([...stores.values()].map((store) => store.close()));
    },
  };
}
