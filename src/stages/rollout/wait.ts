/** What a member, or a group, waits for. Times are ms since the epoch. */
export type Wait =
  | { readonly for: 'pause'; readonly group: string }
  | { readonly for: 'freeze'; readonly group: string; readonly until: number; readonly reason: string }
  | { readonly for: 'window'; readonly group: string; readonly until?: number }
  | { readonly for: 'pace'; readonly group: string; readonly until: number }
  /** Of other members to be available. */
  | { readonly for: 'budget'; readonly group: string }
  | {
      readonly for: 'rings'
      readonly group: string
      readonly rings: readonly string[]
      readonly until?: number
    }
  | { readonly for: 'approval'; readonly group: string }
  | {
      readonly for: 'proof'
      readonly group: string
      readonly until?: number
      readonly missing: readonly string[]
      /** None of its members is on its way. */
      readonly isStopped?: boolean
    }
  /** Of what it is at; each with what it waits for. */
  | { readonly for: 'checks'; readonly group: string; readonly checks: readonly string[] }
  | { readonly for: 'failure'; readonly group: string; readonly reason: string }
  | { readonly for: 'rejection'; readonly group: string; readonly reason: string }
  /** Its own documents and what it inherits must come together, which waits for something itself. */
  | { readonly for: 'whole'; readonly group: string; readonly reason: string; readonly with?: Wait }
  | { readonly for: 'pin' | 'skip'; readonly group: string }

/** What is waited for in the end: where two things must come together, what keeps the other one. */
export function waitBehind(wait: Wait): Wait {
  return wait.for === 'whole' && wait.with ? waitBehind(wait.with) : wait
}
