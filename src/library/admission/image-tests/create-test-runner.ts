import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../../oci/registry/credentials.ts';
import type { BuildahSettings } from '../../engines/buildah/buildah-commands.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';
import type { RunImageTests } from '../examine.ts';
import { openTests } from './read-test-tables.ts';
import type { ImageTestResult, SelectedTest } from './image-test.ts';
import { runImageTests } from './run-image-tests.ts';

/** For one test; upstream's own wait for a service for up to a minute or two. */
const TIMEOUT_SECONDS = 600;

/** Where images of an architecture are built otherwise. */
const BUILDAH: BuildahSettings = { kind: 'buildah', isolation: 'chroot', storageDriver: 'vfs' };

/**
 * Runs the tests that a programme has for an image. Nothing of an image is run for a programme without a folder of tests: its layers
 * answer what they can.
 *
 * @param scratch a folder that the caller removes
 * @throws {LibraryError} PROGRAMME_INVALID when the list of tests cannot be read
 */
export function createTestRunner(
  { tests: folderOfTests, engines }: Pick<ProgrammeSettings, 'tests' | 'engines'>,
  environment: Environment,
  scratch: string,
): RunImageTests {
  const select = openTests(folderOfTests);
  return async ({ attempt, repository, tags: [name] }, { layout, inLayers, signal }) => {
    const { architecture, outcome } = attempt;
    const engine = engines[architecture];
    const folder = join(scratch, 'tests');
    mkdirSync(folder, { recursive: true });
    const tests = select(repository, name.slice(name.indexOf(':') + 1));
    const isAnswered = ({ name: test, folder }: SelectedTest): boolean =>
      folder === null && (inLayers.get(test)?.result ?? 'not-checked') !== 'not-checked';
    if (folderOfTests === null) {
      return new Map(tests.map(({ name: test }) => [test, inLayers.get(test) ?? NOT_RUN]));
    }
    const ran = await runImageTests(
      { name, architecture, digest: outcome.digest, layout },
      tests.filter((test) => !isAnswered(test)),
      {
        buildah: engine?.kind === 'buildah' ? engine : BUILDAH,
        scratch: folder,
        environment,
        timeoutSeconds: TIMEOUT_SECONDS,
        signal,
      },
    );
    return new Map(tests.map(({ name: test }) => [test, decide(ran.get(test), inLayers.get(test))]));
  };
}

const NOT_RUN: ImageTestResult = {
  result: 'not-checked',
  because: 'programs of images are run where the programme has a folder of tests',
};

/**
 * What programs of the image answer can be made up; what lies in its layers cannot. So a test that fails in the layers has failed, and
 * running it decides only where they do not.
 */
function decide(run: ImageTestResult | undefined, seen: ImageTestResult | undefined): ImageTestResult {
  if (seen?.result === 'failed') return seen;
  if (run !== undefined && run.result !== 'not-checked') return run;
  return seen ?? run ?? { result: 'not-checked', because: 'nothing tests it' };
}
