/** Tests of images, in the form of docker-library/official-images, `test/`. */

/** What came of one test of an image. */
export interface ImageTestResult {
  readonly result: 'passed' | 'failed' | 'not-checked';
  /** One sentence: what was found, or why it was not tested. */
  readonly because: string;
}

/** The tests that every image has unless it is excluded, in the order of official-images. */
export const GLOBAL_TESTS: readonly string[] = ['utc', 'no-hard-coded-passwords', 'override-cmd'];

/** A test that an image is to pass. */
export interface SelectedTest {
  readonly name: string;
  /** Folder with `run.sh`, and `expected-std-out.txt` where its output counts; null where there is none by this name. */
  readonly folder: string | null;
}
