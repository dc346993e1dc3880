/** What keeps something from being ready, as found out from its Pods or Events. */
export interface Trouble {
  /** `degraded`: it will not become ready without somebody's help. */
  readonly status: 'degraded' | 'progressing'
  /** What the same trouble has in common whenever it is looked at; the beginning of most texts. */
  readonly key: string
  /** For people. */
  readonly text: string
  /** What to do about it, where that is known. */
  readonly remedy?: string
}

export function trouble(status: Trouble['status'], key: string, details = ''): Trouble {
  return { status, key, text: details === '' ? key : `${key}: ${details}` }
}

/** The trouble of a part, such as a Pod. */
export function within(part: string, { key, text, ...rest }: Trouble): Trouble {
  return { ...rest, key: `${part}: ${key}`, text: `${part}: ${text}` }
}

/** Whether it is the trouble that was known before, though its text may be another by now. */
export function isSame(now: Trouble, before: Trouble): boolean {
  return now.key === before.key || before.text.startsWith(now.key)
}
