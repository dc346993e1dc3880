import type { JsonObject } from './json.ts'

/** A question that is asked while a group proves a revision; a wrong answer revokes the proof. Times in ms. */
export interface Check {
  /** Unique in its group. */
  readonly name: string
  readonly question: Question
  /** Time from when all members are at the revision and well to the first look. */
  readonly after: number
  /** Time between two looks. */
  readonly every: number
  /** Time from the first look to the last one; absent: until the longest soak that a follower asks is over. */
  readonly for?: number
  /** Number of failed looks in a row that make it fail. */
  readonly failures: number
  /** What a look counts as that got no answer, or one without a result: `wait` is neither. */
  readonly onNoData: 'wait' | 'pass' | 'fail'
}

export type Question = CelQuestion | PrometheusQuestion | HttpQuestion | JobQuestion

/** Whether an expression over the members of the group holds. */
export interface CelQuestion {
  readonly kind: 'cel'
  readonly expression: string
}

/** Whether each sample of an instant query is within bounds, of which there is at least one. */
export interface PrometheusQuestion {
  readonly kind: 'prometheus'
  /** http:// or https:// URL below which the API is, without a query. */
  readonly address: string
  readonly query: string
  readonly min?: number
  readonly max?: number
}

/** Whether a URL is answered with a status, and by a body that a pattern matches. */
export interface HttpQuestion {
  readonly kind: 'http'
  readonly url: string
  readonly status: number
  /** Regular expression of RE2. */
  readonly matches?: string
}

/** Whether a Job completes, which is made once for a revision. */
export interface JobQuestion {
  readonly kind: 'job'
  readonly namespace: string
  /** The service account that the Job is made as; absent: that of the group. */
  readonly serviceAccountName?: string
  /** JobSpec (batch/v1). */
  readonly spec: JsonObject
}
