/** What one step did to one key of a map; undefined where the key was not there. */
export interface Change<Value> {
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

export type Changes<Value> = ReadonlyMap<string, Change<Value>>;

/** A map that can tell what happened to it, step by step. */
export interface LoggedMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** Ends a step: what happened since the one before, without what came back to what it was. */
  endStep(): Changes<Value>;
}

export function createLoggedMap<Value>(): LoggedMap<Value> {
  const values = new Map<string, Value>();
  let before = new Map<string, Value | undefined>();

  function note(key: string): void {
    if (!before.has(key)) before.set(key, values.get(key));
  }

  return {
    get: (key) => values.get(key),
    set(key, value) {
      note(key);
      values.set(key, value);
    },
    delete(key) {
      if (!values.has(key)) return;
      note(key);
      values.delete(key);
    },
    endStep() {
      const changes = new Map<string, Change<Value>>();
      for (const [key, old] of before) {
        const after = values.get(key);
        if (after !== old) changes.set(key, { before: old, after });
      }
      before = new Map();
      return changes;
    },
  };
}

/**
 * The map as it was after any of the steps, for the price of the changes between. What is answered is the same map each
 * time, so it holds only until the next question.
 */
export function replayChanges<Value>(
  steps: readonly Changes<Value>[],
): (index: number) => ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  let reached = -1;

  function put(key: string, value: Value | undefined): void {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }

  return (index) => {
    while (reached < index) for (const [key, { after }] of steps[++reached] ?? []) put(key, after);
    while (reached > index) for (const [key, { before }] of steps[reached--] ?? []) put(key, before);
    return values;
  };
}
