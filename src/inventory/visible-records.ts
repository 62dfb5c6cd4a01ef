import type { FileOrigin } from '../oci/overlay.ts';
import type { JsonValue } from './cataloger.ts';
import type { LayerRecords } from './layer-scan.ts';
import type { FileSystemStep } from './timeline.ts';

export interface VisibleRecord {
  readonly record: JsonValue;
  readonly origin: FileOrigin;
}

/** What one cataloger made of the files of a file system, by their visible paths. */
export function visibleRecords(
  layers: readonly { readonly records: LayerRecords }[],
  step: FileSystemStep | undefined,
  cataloger: string,
): ReadonlyMap<string, VisibleRecord> {
  const written = layers.map(
    ({ records }) =>
      new Map(
        records.filter((found) => found.cataloger === cataloger).map(({ path, record }) => [path, record]),
      ),
  );
  const visible = new Map<string, VisibleRecord>();
  for (const [path, origin] of step?.visible ?? []) {
    const record = written[origin.layer]?.get(origin.path) ?? null;
    if (record !== null) visible.set(path, { record, origin });
  }
  return visible;
}
