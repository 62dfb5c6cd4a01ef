/** `CWE-79` of what a source writes; `NVD-CWE-noinfo` and prose name none. Sorted, each once. */
export function weaknessesOf(texts: readonly string[]): readonly string[] {
  const named = texts.flatMap((text) => /^CWE-\d{1,5}\b/.exec(text)?.[0] ?? []);
  return [...new Set(named)].sort();
}
