/** Policies of other programs, by the name that `trust policy import --from` takes. */
export const IMPORTED_FORMS = ['containers-policy', 'cluster-image-policy', 'notation', 'buildkit'] as const;

export type ImportedForm = (typeof IMPORTED_FORMS)[number];
