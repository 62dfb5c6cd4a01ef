import { MAX_MANIFEST_BYTES } from '../manifest.ts';
import { anything, list, object, optional, record, string } from '../shape.ts';
import { readShape, stringMap } from '../descriptor.ts';
import type { NewManifest, StoredManifest } from '../store/image-store.ts';
import { parseStrictJson } from '../strict-json.ts';

const layerKey = object({ digest: string(), annotations: stringMap });
const openManifest = object({ layers: optional(list(record(anything))) });

/**
 * What has to stand behind a tag of cosign so that no signature of either side is lost: such a manifest has one layer for
 * each, and cosign adds to it by writing it anew. Null where all are there already.
 */
export function mergeLayers(there: StoredManifest, further: StoredManifest): NewManifest | null {
  const own = readLayers(there);
  const others = readLayers(further);
  const missing = [...others.layers].filter(([key]) => !own.layers.has(key));
  if (missing.length === 0) return null;
  if ([...own.layers.keys()].every((key) => others.layers.has(key))) return further;
  const layers = [...own.layers.values(), ...missing.map(([, layer]) => layer)];
  return { mediaType: there.mediaType, bytes: Buffer.from(JSON.stringify({ ...own.fields, layers })) };
}

/** The layers as they are written, by what makes them one: signatures of one payload differ in an annotation alone. */
function readLayers({ bytes, digest }: StoredManifest) {
  const what = `the manifest ${digest}`;
  const fields = parseStrictJson(bytes, { subject: what, maxBytes: MAX_MANIFEST_BYTES });
  const layers = readShape(openManifest, fields, what).layers ?? [];
  const byKey = layers.map((layer) => {
    const { digest, annotations } = readShape(layerKey, layer, what);
    return [JSON.stringify([digest, annotations['dev.cosignproject.cosign/signature']]), layer] as const;
  });
  return { fields: fields as Readonly<Record<string, unknown>>, layers: new Map(byKey) };
}
