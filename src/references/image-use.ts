/** A place in a file where an image is named, and what may be done about it. */
export interface ImageUse {
  /** What is pulled, with variables replaced by their defaults: `node:22`. Null when that cannot be known from the file. */
  readonly reference: string | null;
  /** As the file has it: `${BASE}`. */
  readonly written: string;
  /** Of the first character, counted from one. */
  readonly line: number;
  readonly column: number;
  /** Where the whole reference stands as a literal text and can be replaced; null when it stands nowhere. */
  readonly literal: TextRange | null;
  /** Why it cannot be known or replaced, in one sentence; null when it can. */
  readonly obstacle: string | null;
}

/** Characters (UTF-16 code units) of a file, from `start` to before `end`. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** The kinds of files whose images are found. */
export const REFERENCE_FILES = {
  dockerfile: 'Dockerfile or Containerfile',
  compose: 'Compose file',
  kubernetes: 'Kubernetes manifest',
  kustomization: 'Kustomize file',
  'github-workflow': 'GitHub workflow or action',
  'gitlab-ci': 'GitLab CI file',
} as const;

export type ReferenceFileKind = keyof typeof REFERENCE_FILES;
