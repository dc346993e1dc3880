/** A running part, with optional status about itself; disposal ends it. */
export interface Part extends Partial<AsyncDisposable>, Partial<Disposable> {
  /** Aborted, with the reason, when the part fails by itself. */
  readonly failure?: AbortSignal
  /** Why the process is not ready; undefined if it is. */
  readonly notReady?: string | undefined
  /** Why the process is not healthy, so that a restart may help; undefined if it is. */
  readonly notHealthy?: string | undefined
}

/** States of a dskit service: new → starting → running → stopping → terminated, or failed. */
export type PartState = 'new' | 'starting' | 'running' | 'stopping' | 'terminated' | 'failed'

/** Why a starting part waits. */
export interface Wait {
  readonly text: string
  /** Whether the process counts as ready while this lasts. */
  readonly isReady: boolean
}

/** Status of a process and its parts. */
export interface ProcessHealth {
  /** Each part after the parts that it needs. */
  readonly parts: () => readonly PartReport[]
  /** Whether the process is ready, and what it lacks or waits for: a standby is ready although it waits. */
  readonly readiness: () => { readonly isReady: boolean; readonly text: string }
  /** Why the process is not healthy; undefined if it is. */
  readonly notHealthy: () => string | undefined
}

export interface PartReport {
  readonly name: string
  readonly state: PartState
  /** Why it waits, failed or is not ready. */
  readonly detail?: string | undefined
}
