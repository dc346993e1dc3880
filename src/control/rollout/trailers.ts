/** What trailers of commits say of rollouts: full ids of the newest commits, by group. */
export interface Trailers {
  readonly approved: ReadonlyMap<string, string>
  readonly forced: ReadonlyMap<string, string>
}
