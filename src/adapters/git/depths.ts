/** Numbers of commits that are fetched, one after the other, where those that are local do not tell. */
export const DEPTHS = [64, 512, 4096] as const
/** Maximum number of commits of a branch that the local history is searched for. */
export const LOOKED_AT = 5000
/** The id of no commit. */
export const NO_COMMIT = '0'.repeat(40)
