import type { Admission, AdmissionCheck } from './admission.ts';

/** What a check came to: null where it held, else one sentence. */
export function held(id: string, problem: string | null, otherwise: string): AdmissionCheck {
  return problem === null
    ? { id, result: 'passed', because: otherwise }
    : { id, result: 'failed', because: problem };
}

export function notChecked(id: string, because: string): AdmissionCheck {
  return { id, result: 'not-checked', because };
}

/** What an image was refused for. */
export function failedChecks({ checks }: Pick<Admission, 'checks'>): readonly string[] {
  return checks.filter(({ result }) => result === 'failed').map(({ id, because }) => `${id}: ${because}`);
}
