import { parseGguf } from '../../../formats/gguf.ts';
import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { unreadable } from '../../evidence.ts';
import { catalogModels, huggingFaceRepository, type ModelRecord, modelText } from './model-package.ts';

/** Of that the tokens of a tokenizer are the most; what describes the model comes before or behind them. */
const HEADER_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Language models in GGUF files, whatever they are called, by what their headers say. A file that does not say its
 * model's name is part of another one, or nobody's.
 */
export const ggufCataloger = defineCataloger<ModelRecord>({
  name: 'gguf',
  version: 1,
  interests: [{ magic: ['gguf'], maxBytes: HEADER_BYTES_MAX, larger: 'cut' }],
  unit: (path) => path,
  read: readModel,
  catalog: catalogModels,
});

function readModel({ path, content }: EvidenceFile): ReadFile<ModelRecord> {
  const header = parseGguf(content);
  if (header === null) {
    const message = 'The model file is of a version of GGUF that is not known; its model is missing.';
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const { general, complete } = header;
  const cutShort = !complete && content.length < HEADER_BYTES_MAX;
  return {
    record: toRecord((key) => modelText(general.get(key), key === 'description' ? 1000 : 255)),
    coverage: cutShort
      ? [
          unreadable(
            path,
            'The model file is damaged in its header; what it says of the model may be missing.',
          ),
        ]
      : [],
  };
}

/** Keys of `general.`: docs/gguf.md, "General metadata". */
function toRecord(text: (key: string) => string | null): ModelRecord | null {
  const name = text('name') ?? text('basename');
  if (name === null) return null;
  return {
    name,
    version: text('version') ?? '',
    repository: huggingFaceRepository(text('repo_url')),
    licence: text('license') ?? text('license.name'),
    author: text('organization') ?? text('author'),
    description: text('description'),
    homepage: text('url') ?? text('repo_url'),
    sha256: null,
  };
}
