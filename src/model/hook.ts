/** Before or after everything else. */
export type HookTime = 'before' | 'after'

/** An object that runs, or is there, at a time of a release and not with everything else. */
export interface Hook {
  /** When it runs at the installation; undefined for not then. */
  readonly install: HookTime | undefined
  /** When it runs at each upgrade; undefined for not then. */
  readonly upgrade: HookTime | undefined
  /** Hooks of the same time run in the order of their weights. */
  readonly weight: number
  /** Its object goes once it has succeeded. */
  readonly goesWhenDone: boolean
}
