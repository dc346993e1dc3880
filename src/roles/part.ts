/** What a part may tell of itself while it runs; it ends with its disposal. */
export interface Part extends Partial<AsyncDisposable>, Partial<Disposable> {
  /** Aborted, with the reason, when the part fails by itself. */
  readonly failure?: AbortSignal
  /** Why the process is not ready; undefined where it is. */
  readonly notReady?: string | undefined
  /** Why the process is not well, so that a restart may help; undefined where it is. */
  readonly notHealthy?: string | undefined
}

/** As a service of dskit: new → starting → running → stopping → terminated, or failed. */
export type PartState = 'new' | 'starting' | 'running' | 'stopping' | 'terminated' | 'failed'

/** What a part that starts is waiting for. */
export interface Wait {
  readonly text: string
  /** Whether the process counts as ready while this lasts. */
  readonly isReady: boolean
}

/** What the parts of a process are doing. */
export interface ProcessHealth {
  /** In the order of the map. */
  readonly parts: () => readonly PartReport[]
  /** Undefined where the process is ready; with what it waits for where it is ready all the same. */
  readonly readiness: () => { readonly isReady: boolean; readonly text: string }
  /** Why the process is not well; undefined where it is. */
  readonly notHealthy: () => string | undefined
}

export interface PartReport {
  readonly name: string
  readonly state: PartState
  /** What it waits for, why it failed, or why it is not ready. */
  readonly detail?: string | undefined
}
