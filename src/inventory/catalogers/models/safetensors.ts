import { parseSafetensors } from '../../../formats/safetensors.ts';
import type { Coverage } from '../../../model/coverage.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { unreadable } from '../../evidence.ts';
import { catalogModels, type ModelRecord, modelText } from './model-package.ts';

/** Headers of the largest models have some hundred kilobytes. */
const HEADER_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Models in safetensors files, where the header says which it is: with the keys of Stability AI's "ModelSpec", or with the
 * name that kohya's training scripts write. Most files only hold tensors, and what they are is told beside them.
 */
export const safetensorsCataloger = defineCataloger<ModelRecord>({
  name: 'safetensors',
  version: 1,
  interests: [{ suffixes: ['.safetensors'], maxBytes: HEADER_BYTES_MAX, larger: 'cut' }],
  unit: (path) => path,
  read: readModel,
  catalog: catalogModels,
});

function readModel({ path, content }: EvidenceFile): ReadFile<ModelRecord> {
  const header = parseSafetensors(content);
  if (header === null) {
    return { record: null, coverage: [unreadable(path, 'It is no safetensors file; its model is missing.')] };
  }
  if (typeof header === 'number') return { record: null, coverage: [headerMissing(path, header)] };
  const { metadata } = header;
  const name = modelText(metadata.get('modelspec.title')) ?? modelText(metadata.get('ss_output_name'));
  if (name === null) return { record: null, coverage: [] };
  const spec = (key: string, maxLength?: number) => modelText(metadata.get(`modelspec.${key}`), maxLength);
  return {
    record: {
      name,
      version: '',
      repository: null,
      licence: spec('license'),
      author: spec('author'),
      description: spec('description', 1000),
      homepage: null,
      sha256: /^0x([0-9a-f]{64})$/.exec(spec('hash_sha256') ?? '')?.[1] ?? null,
    },
    coverage: [],
  };
}

function headerMissing(path: string, headerBytes: number): Coverage {
  const message = `The header of the model file has ${headerBytes} bytes, of which not all are there or can be read; its model is missing.`;
  return unreadable(path, message);
}
