/** When a group brings its members to a change, at the earliest; what is said of it is for people. */
export interface GroupForecast {
  readonly group: string
  /** Members that inherit something else by the change. */
  readonly members: number
  /** Groups that prove it first. */
  readonly after: readonly string[]
  /** RFC 3339, seconds; absent where no window opens. */
  readonly begin?: string
  readonly end?: string
  readonly says: string
}

/** When a change reaches all installations that inherit it, at the earliest. */
export interface Forecast {
  /** In the order in which they take it. */
  readonly groups: readonly GroupForecast[]
  /** RFC 3339, seconds; absent where it is not known. */
  readonly end?: string
  readonly says: string
}
