/** What images of tests are built from: one place, which no test reads unless it says so. */
import type { BuildInputs } from '../../src/definitions/definition.ts';
import type { ExaminedSource } from '../../src/library/admission/admission.ts';
import type { SourceId } from '../../src/library/sources/source.ts';

export const INPUTS: BuildInputs = {
  gitRepo: 'https://git.example.org/app.git',
  gitFetch: 'refs/heads/main',
  gitCommit: '1'.repeat(40),
  directory: 'debian',
  file: 'Dockerfile',
  builder: '',
};

/** As the verifier would say of an image built from there. */
export function examined(repository: string = 'app', inputs: BuildInputs = INPUTS): ExaminedSource {
  const { gitFetch: _gitFetch, ...place } = inputs;
  return { repository, sourceId: 'e'.repeat(64) as SourceId, ...place };
}
