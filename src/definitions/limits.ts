/** Upstream has none of these. They are far above every definition there is, and hold hostile ones to some hundred megabytes. */
export const LIMITS = {
  /** UTF-16 code units of a file. */
  characters: 4 * 1024 * 1024,
  entries: 10_000,
  /** Elements of one list. */
  elements: 1_000,
  /** What every entry inherits of a list: maintainers and constraints add up. */
  inherited: 100,
  /** Fields of single architectures that an entry comes to have. */
  perArchitecture: 200,
} as const;
