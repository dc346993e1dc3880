/** Bounds the wait for slow answers; a question whose late answer is still pending is not asked again. */
export class Promptly<Answer> {
  readonly #late = new Set<string>()
  readonly #onLateAnswer: (answer: Answer) => void

  /** @param onLateAnswer called with an answer that came too late: asking again gives it */
  constructor(onLateAnswer: (answer: Answer) => void = () => {}) {
    this.#onLateAnswer = onLateAnswer
  }

  /**
   * @param key identifies the question
   * @returns undefined if the answer takes longer than `patienceMs` milliseconds
   * @throws what `ask` throws in time
   */
  async ask(key: string, patienceMs: number, ask: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.#late.has(key)) return undefined
    const answer = ask()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, patienceMs, 'late')
    })
    const first = await Promise.race([answer.then((value) => ({ value })), late]).finally(() =>
      clearTimeout(timer),
    )
    if (first !== 'late') return first.value
    this.#late.add(key)
    answer.then(
      (value) => {
        this.#late.delete(key)
        this.#onLateAnswer(value)
      },
      () => this.#late.delete(key), // asking again may succeed
    )
    return undefined
  }
}
