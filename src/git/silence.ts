/** What was asked, such as `POST https://…/git-upload-pack`, and for how long nothing has come, in milliseconds. */
export type OnSilence = (request: string, silentMs: number) => void

export interface SilenceOptions {
  /** After so long it is told, once. */
  readonly tellAfter: number
  /** After so long it ends. */
  readonly timeout: number
  readonly tell: (silentMs: number) => void
}

/** Waits for somebody who may have gone. */
export interface Silence {
  /** Aborted with the reason when it has lasted too long. */
  readonly tooLong: AbortSignal
  /** Something came: it begins anew. */
  broken(): void
  /** Nothing is waited for any more. */
  end(): void
}

/**
 * Counts how long nothing comes. A process that was itself kept from working looks first whether
 * something has come meanwhile.
 */
export function startSilence({ tellAfter, timeout, tell }: SilenceOptions): Silence {
  const tooLong = new AbortController()
  let since = performance.now()
  let told = false
  let timer: NodeJS.Timeout | undefined
  let look: NodeJS.Immediate | undefined
  const wait = (): void => {
    const due = told ? timeout : tellAfter
    const rest = due - (performance.now() - since)
    // What has come is read between a timer and an immediate.
    timer = setTimeout(() => {
      look = setImmediate(judge)
    }, rest)
  }
  const judge = (): void => {
    const silent = performance.now() - since
    if (silent >= tellAfter && !told) {
      told = true
      tell(silent)
    }
    if (silent < timeout) wait()
    else tooLong.abort(new Error(`timeout: nothing came for ${timeout / 1000} s`))
  }
  wait()
  return {
    tooLong: tooLong.signal,
    broken: () => {
      since = performance.now()
    },
    end: () => {
      clearTimeout(timer)
      clearImmediate(look)
    },
  }
}
