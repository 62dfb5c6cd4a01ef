import { fetchFiles } from './conditional-files.ts';
import { fetchCsafDirectory } from './csaf-directory.ts';
import { fetchDailyFile } from './daily-file.ts';
import type { Fetcher } from './fetch-event.ts';
import { fetchGit } from './git-repository.ts';
import { fetchJsonPages } from './json-pages.ts';
import { fetchNvd } from './nvd-api.ts';
import { fetchOsvExport } from './osv-export.ts';
import { fetchOsvRest } from './osv-rest.ts';
import { fetchRpmRepositories } from './rpm-repository.ts';
import type { Retrieval } from './upstream.ts';

/** How each way of publishing is fetched. */
export const FETCHERS: Readonly<Record<Retrieval['kind'], Fetcher>> = {
  files: fetchFiles,
  'daily-file': fetchDailyFile,
  'osv-export': fetchOsvExport,
  'osv-rest': fetchOsvRest,
  'csaf-directory': fetchCsafDirectory,
  'nvd-api': fetchNvd,
  'rpm-repository': fetchRpmRepositories,
  'json-pages': fetchJsonPages,
  git: fetchGit,
};
