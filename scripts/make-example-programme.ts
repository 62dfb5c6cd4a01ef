/** Writes the commit of `examples/programme/images` into the definitions of the example, as it has to be after each change there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitImages, updateDefinitions } from '../examples/programme/prepare/image-sources.ts';

const scratch = mkdtempSync(join(tmpdir(), 'example-images-'));
try {
  updateDefinitions(commitImages(join(scratch, 'images.git')));
} finally {
  rmSync(scratch, { recursive: true });
}
