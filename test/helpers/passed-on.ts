type Headers = Readonly<Record<string, string | string[] | undefined>>

/** Of the headers of a request or an answer those that a proxy passes on. */
export function passedOn(headers: Headers, names: readonly string[]): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}
