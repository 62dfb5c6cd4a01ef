/** A file that a build service runs, in a repository at a revision. */
export interface WorkflowUri {
  /** `github.com`, `gitlab.example.com`. */
  readonly host: string;
  /** `acme/app`, `group/subgroup/project`. */
  readonly repository: string;
  /** `.github/workflows/release.yml`. */
  readonly path: string;
  /** `refs/tags/v1.2`, or a commit where the caller pinned one. */
  readonly ref: string;
}

/** Longer than any that an authority writes. */
const MAX_LENGTH = 2048;

/**
 * Reads the address of a workflow as Fulcio writes it: GitHub's `https://github.com/OWNER/REPO/.github/workflows/FILE@REF`
 * and GitLab's `https://gitlab.com/GROUP/PROJECT//FILE@REF`. Fulcio, docs/oid-info.md, "Build Signer URI".
 *
 * @returns null for what is no such address
 */
export function parseWorkflowUri(uri: string): WorkflowUri | null {
  if (uri.length > MAX_LENGTH) return null;
  const match =
    /^https:\/\/([^/@]+)\/([^/@]+\/[^/@]+)\/(\.github\/workflows\/[^/@]+)@(.+)$/.exec(uri) ??
    /^https:\/\/([^/@]+)\/((?:[^/@]+\/)+[^/@]+)\/\/([^@]+)@(.+)$/.exec(uri);
  if (match === null) return null;
  const [, host = '', repository = '', path = '', ref = ''] = match;
  return { host, repository, path, ref };
}

/** The address of the repository that a workflow lies in: `https://github.com/acme/app`. */
export function repositoryUri({ host, repository }: WorkflowUri): string {
  return `https://${host}/${repository}`;
}
