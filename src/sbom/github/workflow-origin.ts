import type { BillOrigin } from '../bill.ts';

/**
 * Where a GitHub Actions workflow runs: the commit, branch and job that its environment names; nothing elsewhere.
 * https://docs.github.com/actions/reference/variables, "Default environment variables".
 */
export function workflowOrigin(environment: Readonly<Record<string, string | undefined>>): BillOrigin {
  const value = (name: string) => environment[`GITHUB_${name}`] ?? '';
  const [sha, ref, run] = [value('SHA'), value('REF'), value('RUN_ID')];
  const repository = `${value('SERVER_URL')}/${value('REPOSITORY')}`;
  return {
    ...(isCommit(sha) ? { sha } : {}),
    ...(ref.startsWith('refs/') ? { ref } : {}),
    ...(run === ''
      ? {}
      : {
          job: {
            id: run,
            correlator: `${value('WORKFLOW')} ${value('JOB')}`,
            html_url: `${repository}/actions/runs/${run}`,
          },
        }),
  };
}

export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
