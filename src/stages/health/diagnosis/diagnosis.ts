/** What keeps something from being ready, as found out from its Pods or Events. */
export interface Diagnosis {
  /** `degraded`: it will not become ready without somebody's help. */
  readonly status: 'degraded' | 'progressing'
  /** What the same diagnosis has in common whenever it is looked at; the beginning of most texts. */
  readonly key: string
  /** For people. */
  readonly text: string
  /** What to do about it, where that is known. */
  readonly remedy?: string
}

export function diagnosis(status: Diagnosis['status'], key: string, details = ''): Diagnosis {
  return { status, key, text: details === '' ? key : `${key}: ${details}` }
}

/** The diagnosis of a part, such as a Pod. */
export function diagnosisOfPart(part: string, { key, text, ...rest }: Diagnosis): Diagnosis {
  return { ...rest, key: `${part}: ${key}`, text: `${part}: ${text}` }
}

/** Whether it is the diagnosis that was known before, though its text may be another by now. */
export function isSame(now: Diagnosis, before: Diagnosis): boolean {
  return now.key === before.key || before.text.startsWith(now.key)
}
