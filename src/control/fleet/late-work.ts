/** Maximum waits for work, in milliseconds. */
export interface Patience {
  /** Since its last piece was done. */
  readonly idleMs: number
  /** In total. */
  readonly totalMs: number
}

export interface Order {
  readonly name: string
  /** Inputs of the work: the same inputs mean the same work. */
  readonly inputs: readonly unknown[]
  readonly epoch: number
}

/** One piece of work, under way or done. */
export interface Piece<Result> extends Order {
  readonly since: Date
  /** Resolves when it ends, even if it failed. */
  readonly done: Promise<void>
  /** It was late before, so it is not awaited. */
  isLate: boolean
  /** Undefined while it is under way. */
  outcome?: { readonly result: Result } | { readonly error: unknown }
}

/**
 * Work that continues after its callers stopped waiting. It is never started twice while under way, and its
 * end is announced. Each name has one piece of work at a time.
 */
export class LateWork<Result> {
  /** Late pieces that are under way, or done and not yet taken. */
  readonly #late = new Map<string, Piece<Result>>()
  /** Inputs of the last late piece, by name. */
  readonly #lateBefore = new Map<string, readonly unknown[]>()
  #onNews: () => void = () => {}

  /** Calls the listener when a late piece is done. */
  onNews(listener: () => void): void {
    this.#onNews = listener
  }

  /** Number of late pieces. */
  get size(): number {
    return this.#late.size
  }

  /**
   * Returns the late piece of that name with these inputs, under way or done, else starts a new one.
   * @param epoch a finished piece of another epoch is started anew
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
   * Waits until all pieces are done, but no longer than patience lasts, and not for pieces that were late
   * before. Pieces without an outcome are then late.
   * @throws the error of a piece
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

  /** Takes the late pieces that are done. */
  takeDone(): readonly Piece<Result>[] {
    const done = [...this.#late.values()].filter(({ outcome }) => outcome !== undefined)
    for (const { name } of done) this.#late.delete(name)
    return done
  }

  /** Waits for the next piece of that name as for any other. */
  forgive(name: string): void {
    this.#lateBefore.delete(name)
  }

  /** Drops the late work of all other names. */
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
