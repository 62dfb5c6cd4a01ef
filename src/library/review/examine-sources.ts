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
  /** Files as texts; null where the commit is not at hand. */
  readonly texts: ReadonlyMap<string, string> | null;
  /** Images that it is built on, each once; null where that cannot be told. */
  readonly froms: readonly string[] | null;
  /** Findings without repository and entry, which depend on who uses it. */
  readonly findings: readonly Pick<ReviewFinding, 'check' | 'subject' | 'message' | 'place'>[];
  /** Why a part of it could not be seen; null when all was. */
  readonly unseen: string | null;
}

export interface SourceExaminer {
  examine(inputs: BuildInputs): Promise<ExaminedSource>;
}

export interface SourceMaterial {
  /** Null where no commits are at hand. */
  readonly store: GitStore | null;
  readonly contents: Contents;
  /** Commits that could not be fetched. */
  readonly failures: ReadonlyMap<string, LibraryError>;
}

export function createSourceExaminer(material: SourceMaterial): SourceExaminer {
  const known = new Map<string, Promise<ExaminedSource>>();
  return {
    examine(inputs) {
      const key = JSON.stringify([inputs.gitCommit, inputs.directory, inputs.file, inputs.builder]);
      const found = known.get(key) ?? examineSource(material, inputs);
      known.set(key, found);
      return found;
    },
  };
}

async function examineSource(
  { store, contents, failures }: SourceMaterial,
  inputs: BuildInputs,
): Promise<ExaminedSource> {
  const recorded = contents.factsOf(inputs)?.froms ?? null;
  if (store === null) {
    return { texts: null, froms: recorded, findings: [], unseen: 'no commits are at hand' };
  }
  try {
    const { texts, files, dockerfile } = await readSourceContext(store, inputs);
    const findings: ExaminedSource['findings'][number][] = [];
    for (const [path, bytes] of files) {
      for (const { rule, line, redacted } of findSecretsInFile(path, bytes)) {
        const message = `${path} holds what looks like a secret: ${rule.title} (${redacted})`;
        findings.push({ check: 'context.secret', subject: path, message, place: { file: path, line } });
      }
    }
    if (dockerfile === null) return { texts, froms: ['scratch'], findings, unseen: null };
    for (const { line, ...finding } of checkDockerfile(dockerfile)) {
      findings.push({ ...finding, place: { file: inputs.file, line } });
    }
    return { texts, ...fromsOf(dockerfile, inputs, findings), unseen: null };
  } catch (error) {
    if (!(error instanceof LibraryError) || error.code === 'GIT_MISSING') throw error;
    const reason = failures.get(inputs.gitCommit) ?? error;
    // a commit that was looked for in vain is as wrong as a directory that it does not have
    const isWrong = reason !== error ? reason.code === 'COMMIT_NOT_FOUND' : error.code === 'CONTEXT_INVALID';
    if (!isWrong) return { texts: null, froms: recorded, findings: [], unseen: reason.message };
    const finding = {
      check: 'commit.missing',
      subject: inputs.gitCommit,
      message: reason.message,
      place: null,
    } as const;
    return { texts: null, froms: recorded, findings: [finding], unseen: null };
  }
}

function fromsOf(
  dockerfile: string,
  { file }: BuildInputs,
  findings: ExaminedSource['findings'],
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
