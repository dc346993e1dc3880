import type { Decision } from '../../../../src/stages/rollout/decide.ts'
import type { RolloutView } from '../../../../src/stages/rollout/rollout-view.ts'

/** One decision, with what it saw and what only the simulation knows. */
export interface Step {
  readonly view: RolloutView
  readonly decision: Decision
  readonly truth: Truth
}

export interface Truth {
  /** All commits of the branch, the oldest first. */
  readonly line: RolloutView['line']
  /** Members that are unavailable because of moves before this step. */
  readonly isDisrupted: (member: string) => boolean
  /** For how long a group has proven a digest without anything against it, in ms; undefined for not at all. */
  readonly provenFor: (group: string, digest: string) => number | undefined
  /** Commit that was the head when a group went back from a digest; undefined where it did not. */
  readonly rejectedAt: (group: string, digest: string) => string | undefined
  /** Whether the windows of a group let moves begin. */
  readonly isWindowOpen: (group: string) => boolean
}

/** What a step does against a promise, in words; empty where it keeps it. */
export type Promised = (step: Step) => readonly string[]
