/** For how long work is waited for, in milliseconds. */
export interface Patience {
  /** From the moment when the last piece of it was done. */
  readonly idleMs: number
  /** In all. */
  readonly totalMs: number
}

export interface Order {
  readonly name: string
  /** What it is made of: the same parts, the same work. */
  readonly inputs: readonly unknown[]
  readonly epoch: number
}

/** One piece of work, under way or done. */
export interface Piece<Result> extends Order {
  readonly since: Date
  /** Fulfilled when it is done, however it ended. */
  readonly done: Promise<void>
  /** It was late before, so it is not waited for. */
  isLate: boolean
  /** Undefined while it is under way. */
  outcome?: { readonly result: Result } | { readonly error: unknown }
}

/**
 * Work that goes on while others no longer wait for it: it is never begun anew while it is under way, and
 * told when it is done. A name has one piece of work at a time.
 */
export class LateWork<Result> {
  /** What was late and is under way, or done and not taken yet. */
  readonly #late = new Map<string, Piece<Result>>()
  /** The inputs of what was late the last time. */
  readonly #lateBefore = new Map<string, readonly unknown[]>()
  #onNews: () => void = () => {}

  /** Told when something that was late is done. */
  onNews(listener: () => void): void {
    this.#onNews = listener
  }

  /** How many pieces are late. */
  get size(): number {
    return this.#late.size
  }

  /**
   * The piece of that name that is under way with these inputs, or was done meanwhile; else a new one.
   * @param epoch what was begun in another one counts only until it is done
   */
  begin({ name, inputs, epoch }: Order, work: () => Promise<Result>): Piece<Result> {
    const late = this.#late.get(name)
    const isOutdated = late?.outcome !== undefined && late.epoch !== epoch
    if (late && !isOutdated && isSame(late.inputs, inputs)) return late
    const before = this.#lateBefore.get(name)
    const isLate = before !== undefined && isSame(before, inputs)
    return start({ name, inputs, epoch }, isLate, work)
  }

  /**
   * Waits until all are done, but no longer than patience lasts, and not for what was late before. The pieces
   * without an outcome are late then.
   * @throws what a piece threw
   */
  async wait(pieces: readonly Piece<Result>[], patience: Patience): Promise<void> {
    await waitFor(
      pieces.filter(({ outcome, isLate }) => outcome === undefined && !isLate),
      patience,
    )
    for (const piece of pieces) if (piece.outcome === undefined) this.#noteLate(piece)
    for (const { name, outcome } of pieces) {
      if (outcome !== undefined) this.#late.delete(name)
      if (outcome && 'error' in outcome) throw outcome.error
    }
  }

  /** Takes what was late and is done. */
  takeDone(): readonly Piece<Result>[] {
    const done = [...this.#late.values()].filter(({ outcome }) => outcome !== undefined)
    for (const { name } of done) this.#late.delete(name)
    return done
  }

  /** Waits for the next piece of that name as for any other. */
  forgive(name: string): void {
    this.#lateBefore.delete(name)
  }

  /** Drops what is late of all other names. */
  keep(names: { readonly has: (name: string) => boolean }): void {
    for (const known of [this.#late, this.#lateBefore])
      for (const name of known.keys()) if (!names.has(name)) known.delete(name)
  }

  #noteLate(piece: Piece<Result>): void {
    const { name, inputs, done } = piece
    if (this.#late.get(name) === piece) return
    piece.isLate = true
    this.#late.set(name, piece)
    this.#lateBefore.set(name, inputs)
    void done.then(() => this.#onNews())
  }
}

function start<Result>(order: Order, isLate: boolean, work: () => Promise<Result>): Piece<Result> {
  const done = work().then(
    (result) => {
      piece.outcome = { result }
    },
    (error: unknown) => {
      piece.outcome = { error }
    },
  )
  const piece: Piece<Result> = { ...order, since: new Date(), done, isLate }
  return piece
}

function waitFor(pieces: readonly Piece<unknown>[], { idleMs, totalMs }: Patience): Promise<void> {
  if (pieces.length === 0) return Promise.resolve()
  return new Promise((resolve) => {
    let left = pieces.length
    const end = () => {
      clearTimeout(idle)
      clearTimeout(total)
      resolve()
    }
    const idle = setTimeout(end, idleMs)
    const total = setTimeout(end, totalMs)
    for (const { done } of pieces)
      void done.then(() => {
        left -= 1
        if (left === 0) end()
        else idle.refresh()
      })
  })
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
