import { APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../model/labels.ts'

/** The labels and the annotation that Reeve itself puts on every object. */
export const BOOKKEEPING: ReadonlySet<string> = new Set([
  REPOSITORY_LABEL,
  INSTALLATION_LABEL,
  APPLIED_ANNOTATION,
])
