/** How a member is from this moment on. */
export interface Seen {
  readonly name: string
  readonly version: string
  /** The version that it runs. */
  readonly runs: string | undefined
  /** When the test knew, in ms since the epoch: never before it was so. */
  readonly at: number
}

export interface Watched {
  /** All that members ever were, in the order of the API server. */
  readonly seen: readonly Seen[]
  /** When it is certain that a member did not yet run a version, in ms since the epoch. */
  readonly ranNotBefore: ReadonlyMap<string, number>
}

/** A ring: its members, how many of them may be unavailable, and for how long the one before has to be well. */
export interface Ring {
  readonly group: string
  readonly members: readonly string[]
  readonly maxUnavailable: number
  readonly soakMs: number
}

/** Versions of each member one after the other, from the first of `seen` on. */
export function versionsOf(seen: readonly Seen[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { name, version } of seen) {
    const versions = found.get(name) ?? []
    if (versions.at(-1) !== version) versions.push(version)
    found.set(name, versions)
  }
  return found
}

/** Moments at which more members of a ring were unavailable than may be. */
export function exceeded(rings: readonly Ring[], seen: readonly Seen[]): readonly string[] {
  const away = new Map(rings.map(({ group }) => [group, new Set<string>()]))
  return seen.flatMap(({ name, version, runs }) => {
    const ring = rings.find(({ members }) => members.includes(name))
    const unavailable = ring && away.get(ring.group)
    if (ring === undefined || unavailable === undefined) return []
    if (runs === version) unavailable.delete(name)
    else unavailable.add(name)
    return unavailable.size > ring.maxUnavailable
      ? [`${ring.group}: ${[...unavailable].join(', ')} at once`]
      : []
  })
}

/** Members that got a version before the ring before theirs ran it for as long as it has to. */
export function early(
  rings: readonly Ring[],
  { seen, ranNotBefore }: Watched,
  version: string,
): readonly string[] {
  return rings.flatMap(({ members, soakMs }, index) => {
    const before = rings[index - 1]?.members ?? []
    const ran = Math.max(
      ...before.map((name) => ranNotBefore.get(`${name} ${version}`) ?? Number.POSITIVE_INFINITY),
    )
    return members.flatMap((name) => {
      const got = seen.find((each) => each.name === name && each.version === version)
      const late = got === undefined ? 0 : got.at - ran
      return before.length > 0 && got !== undefined && late < soakMs ? [`${name} after ${late} ms`] : []
    })
  })
}
