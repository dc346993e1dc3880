import { APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../model/labels.ts'

/** Labels and the annotation that Reeve puts on every object. */
export const BOOKKEEPING: ReadonlySet<string> = new Set([
  REPOSITORY_LABEL,
  INSTALLATION_LABEL,
  APPLIED_ANNOTATION,
])
