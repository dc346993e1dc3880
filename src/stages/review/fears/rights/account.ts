import type { ToldChange } from '../../told-change.ts'

/** A ServiceAccount whose token Pods get again: they do unless it says otherwise. */
export function widenedAccount({ kind, before, after }: ToldChange): readonly string[] {
  if (kind !== '/ServiceAccount' || before?.automountServiceAccountToken !== false) return []
  const isClosed = after === undefined || after.automountServiceAccountToken === false
  return isClosed ? [] : ['its Pods get a token for the API again (automountServiceAccountToken)']
}
