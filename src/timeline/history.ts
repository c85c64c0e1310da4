/** Undo and redo as labelled edits; a transaction makes one edit of many, and transactions nest. */
export interface Edit<S> {
  /** Names what was done, for "Undo …". */
  label: string
  do: (state: S) => S
  undo: (state: S) => S
}

/** Edits beyond this many are forgotten, the oldest first. */
const DEPTH = 200

/** An edit of immutable data: taking it back gives the data it found. */
export function edit<S>(label: string, before: S, change: (state: S) => S): Edit<S> {
  return { label, do: change, undo: () => before }
}

interface Open<S> {
  label: string
  edits: Edit<S>[]
}

export class History<S> {
  #state: S
  #done: Edit<S>[] = []
  #undone: Edit<S>[] = []
  /** Transactions that are open, the outermost first. */
  readonly #open: Open<S>[] = []

  constructor(state: S) {
    this.#state = state
  }

  get state(): S {
    return this.#state
  }

  /** Whether a transaction is open. */
  get busy(): boolean {
    return this.#open.length > 0
  }

  get undoLabel(): string | undefined {
    return this.#done.at(-1)?.label
  }

  get redoLabel(): string | undefined {
    return this.#undone.at(-1)?.label
  }

  /** Does an edit. One that changes nothing leaves no trace. */
  apply(edit: Edit<S>): void {
    const next = edit.do(this.#state)
    if (Object.is(next, this.#state)) return
    this.#state = next
    this.#record(edit)
  }

  /** What `body` does is one edit; nothing of it remains when it throws. */
  transaction<R>(label: string, body: () => R): R {
    this.begin(label)
    try {
      const result = body()
      this.commit()
      return result
    } catch (error) {
      this.cancel()
      throw error
    }
  }

  /** Opens a transaction that lasts longer than a call, as a drag does. */
  begin(label: string): void {
    this.#open.push({ label, edits: [] })
  }

  /** Closes the innermost transaction. */
  commit(): void {
    const { label, edits } = this.#innermost()
    if (edits.length === 0) return
    this.#record({
      label,
      do: (state) => edits.reduce((state, edit) => edit.do(state), state),
      undo: (state) => edits.reduceRight((state, edit) => edit.undo(state), state),
    })
  }

  /** Closes the innermost transaction and takes back what it did. */
  cancel(): void {
    const { edits } = this.#innermost()
    this.#state = edits.reduceRight((state, edit) => edit.undo(state), this.#state)
  }

  /** Takes the last edit back. @returns whether there was one; not within a transaction */
  undo(): boolean {
    const edit = this.busy ? undefined : this.#done.pop()
    if (!edit) return false
    this.#state = edit.undo(this.#state)
    this.#undone.push(edit)
    return true
  }

  redo(): boolean {
    const edit = this.busy ? undefined : this.#undone.pop()
    if (!edit) return false
    this.#state = edit.do(this.#state)
    this.#done.push(edit)
    return true
  }

  #record(edit: Edit<S>): void {
    const open = this.#open.at(-1)
    if (open) open.edits.push(edit)
    else {
      this.#done = [...this.#done, edit].slice(-DEPTH)
      this.#undone = []
    }
  }

  #innermost(): Open<S> {
    const open = this.#open.pop()
    if (!open) throw new TypeError('No transaction is open.')
    return open
  }
}
