import { fixture } from '../layer-stack.ts';
import type { Exhibit } from './exhibit.ts';

const WRITTEN = 'a small model without weights, written by';

export const EXHIBITS: readonly Exhibit[] = [
  {
    ecosystem: 'Language models (GGUF)',
    cataloger: 'gguf',
    evidence: ['any GGUF file'],
    origin: `${WRITTEN} gguf 0.19.0`,
    files: () => ({ 'models/tiny-stories.gguf': fixture('models/tiny-stories.gguf') }),
  },
  {
    ecosystem: 'Models (safetensors)',
    cataloger: 'safetensors',
    evidence: ['*.safetensors'],
    origin: `${WRITTEN} safetensors 0.8.0`,
    files: () => ({ 'models/lora.safetensors': fixture('models/lora.safetensors') }),
  },
  {
    ecosystem: 'Models from Hugging Face',
    cataloger: 'huggingface-cache',
    evidence: ['models--*/refs/*'],
    origin: 'a cache of huggingface_hub 2.4.0',
    files: () => ({
      'root/.cache/huggingface/hub/models--example-org--tiny-stories-2m/refs/main':
        '0123456789abcdef0123456789abcdef01234567',
    }),
  },
];
