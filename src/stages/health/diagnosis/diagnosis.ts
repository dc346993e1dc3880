/** Why something is not ready, as found in its Pods or Events. */
export interface Diagnosis {
  /** `degraded`: it will not become ready without intervention. */
  readonly status: 'degraded' | 'progressing'
  /** Identifies the same diagnosis between looks; most texts begin with it. */
  readonly key: string
  /** Human-readable description. */
  readonly text: string
  /** It is told at once, although it may pass; most of what may pass is part of an ordinary start. */
  readonly isExtraordinary?: true
  /** What to do about it, if known. */
  readonly remedy?: string
}

export function diagnosis(status: Diagnosis['status'], key: string, details = ''): Diagnosis {
  return { status, key, text: details === '' ? key : `${key}: ${details}` }
}

/** The diagnosis of a part, such as a Pod. */
export function diagnosisOfPart(part: string, { key, text, ...rest }: Diagnosis): Diagnosis {
  return { ...rest, key: `${part}: ${key}`, text: `${part}: ${text}` }
}

/** Whether both are the same diagnosis, even if the text changed. */
export function isSame(now: Diagnosis, before: Diagnosis): boolean {
  return now.key === before.key || before.text.startsWith(now.key)
}
