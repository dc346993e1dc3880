import { faultDocument } from '../plan/describe/fault-document.ts'
import type { Explain } from '../plan/describe/is-shown.ts'
import {
  type InstallationDocument,
  type ObjectDocument,
  objectDocument,
} from '../plan/describe/plan-document.ts'
import { summarise } from '../plan/describe/summary.ts'
import { lessPendingDocument } from './less-pending-document.ts'
import type { ObjectChange } from './object-change.ts'
import type { TouchedInstallation } from './touched-installation.ts'

/** Stands for the commit: a merge that is planned has none yet. */
const PLANNED = ''

/** What a change does to an installation beyond what is pending anyway; objects with nothing to show are left out. */
export function changedDocuments(
  { name, changes, refused }: TouchedInstallation,
  explain: Explain,
): InstallationDocument {
  const objects = changes.flatMap((change) => changedDocument(change, explain) ?? [])
  return {
    name,
    commit: PLANNED,
    summary: summarise([{ objects: changes.map(({ plan }) => plan) }]),
    ...(refused.length > 0 && { held: refused.map(faultDocument) }),
    objects,
  }
}

/** What the target's head brings to an installation anyway. */
export function pendingDocuments(
  { name, pending }: TouchedInstallation,
  explain: Explain,
): InstallationDocument {
  return {
    name,
    commit: PLANNED,
    summary: summarise([{ objects: pending }]),
    objects: pending.map((plan) => objectDocument(plan, explain)),
  }
}

/** Nothing where only Reeve's own mark changes. */
function changedDocument({ plan, pending }: ObjectChange, explain: Explain): ObjectDocument | undefined {
  const document = lessPendingDocument(
    objectDocument(plan, explain),
    pending && objectDocument(pending, explain),
  )
  if (document?.action !== 'patch' || (document.changes ?? []).length > 0) return document
  const { handedOverFrom, takenOverFrom, isReplacement } = document
  return handedOverFrom !== undefined || takenOverFrom || isReplacement ? document : undefined
}
