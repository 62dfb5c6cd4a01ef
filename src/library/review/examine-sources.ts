/** Reads what the entries of a change are built from, on every architecture, and checks it. Each source is read once. */
import type { BuildInputs } from '../../definitions/definition.ts';
import { findSecretsInFile } from '../../secrets/search.ts';
import type { Contents } from '../contents/contents.ts';
import { imagesOfDockerfile } from '../dockerfiles/dockerfile-images.ts';
import { LibraryError } from '../errors.ts';
import type { GitStore } from '../git/git-store.ts';
import type { ReviewFinding } from './checks/checks.ts';
import { checkDockerfile } from './checks/dockerfile-checks.ts';
import { readSourceContext } from './context/effective-context.ts';

/** What is known of one source. */
export interface ExaminedSource {
  /** Its files could be read, as far as `unseen` says nothing else. */
  readonly isAtHand: boolean;
  /** Images that it is built on, each once; null where that cannot be told. */
  readonly froms: readonly string[] | null;
  /** Findings without repository and entry, which depend on who uses it. */
  readonly findings: readonly SourceFinding[];
  /** Why a part of it could not be seen; null when all was. */
  readonly unseen: string | null;
}

type SourceFinding = Pick<ReviewFinding, 'check' | 'subject' | 'message' | 'place'>;

export interface SourceExaminer {
  /**
   * What is known already is not looked at again, unless its files are asked for.
   *
   * @param compared is handed each file as a text
   */
  examine(inputs: BuildInputs, compared?: (title: string, text: string) => void): Promise<ExaminedSource>;
}

export interface SourceMaterial {
  /** Null where no commits are at hand. */
  readonly store: GitStore | null;
  readonly contents: Contents;
  /** Commits that could not be fetched. */
  readonly failures: ReadonlyMap<string, LibraryError>;
}

/** Of one source: a list of keys is said to be one by the first. */
const MAX_SECRETS = 100;

export function createSourceExaminer(material: SourceMaterial): SourceExaminer {
  const known = new Map<string, ExaminedSource>();
  return {
    async examine(inputs, compared) {
      const key = JSON.stringify([inputs.gitCommit, inputs.directory, inputs.file, inputs.builder]);
      const found =
        (compared === undefined ? known.get(key) : undefined) ??
        (await examineSource(material, inputs, compared ?? (() => {})));
      known.set(key, found);
      return found;
    },
  };
}

async function examineSource(
  { store, contents, failures }: SourceMaterial,
  inputs: BuildInputs,
  compared: (title: string, text: string) => void,
): Promise<ExaminedSource> {
  const recorded = contents.factsOf(inputs)?.froms ?? null;
  const absent = { isAtHand: false, froms: recorded, findings: [] };
  if (store === null) return { ...absent, unseen: 'no commits are at hand' };
  try {
    const findings: SourceFinding[] = [];
    const { dockerfile, cutBecause } = await readSourceContext(
      store,
      inputs,
      ({ path, title, text, bytes }) => {
        compared(title, text);
        if (bytes === null || findings.length >= MAX_SECRETS) return;
        for (const { rule, line, redacted } of findSecretsInFile(path, bytes)) {
          const message = `${path} holds what looks like a secret: ${rule.title} (${redacted})`;
          findings.push({ check: 'context.secret', subject: path, message, place: { file: path, line } });
        }
      },
    );
    const unseen = cutBecause === null ? null : `not all of its files were looked at: ${cutBecause}`;
    if (dockerfile === null) return { isAtHand: true, froms: ['scratch'], findings, unseen };
    for (const { line, ...finding } of checkDockerfile(dockerfile)) {
      findings.push({ ...finding, place: { file: inputs.file, line } });
    }
    return { isAtHand: true, ...fromsOf(dockerfile, inputs, findings), unseen };
  } catch (error) {
    if (!(error instanceof LibraryError) || error.code === 'GIT_MISSING') throw error;
    const reason = failures.get(inputs.gitCommit) ?? error;
    // a commit that was looked for in vain is as wrong as a directory that it does not have
    const isWrong = reason !== error ? reason.code === 'COMMIT_NOT_FOUND' : error.code === 'CONTEXT_INVALID';
    if (!isWrong) return { ...absent, unseen: reason.message };
    const finding = {
      check: 'commit.missing',
      subject: inputs.gitCommit,
      message: reason.message,
      place: null,
    } as const;
    return { ...absent, findings: [finding], unseen: null };
  }
}

function fromsOf(
  dockerfile: string,
  { file }: BuildInputs,
  findings: readonly SourceFinding[],
): Pick<ExaminedSource, 'froms' | 'findings'> {
  try {
    return { froms: [...new Set(imagesOfDockerfile(dockerfile).froms)], findings };
  } catch (error) {
    if (!(error instanceof LibraryError)) throw error;
    const unreadable = {
      check: 'dockerfile.unreadable',
      subject: file,
      message: `${file}: ${error.message}`,
      place: null,
    } as const;
    return { froms: null, findings: [...findings, unreadable] };
  }
}
