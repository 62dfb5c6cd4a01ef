/** What came of one test of an image. */
export interface ImageTestResult {
  readonly result: 'passed' | 'failed' | 'not-checked';
  /** One sentence: what was found, or why it was not tested. */
  readonly because: string;
}
