import { faultDocument } from '../plan/describe/fault-document.ts'
import {
  type InstallationDocument,
  type ObjectDocument,
  objectDocument,
} from '../plan/describe/plan-document.ts'
import { summarise } from '../plan/describe/summary.ts'
import { lessPending } from './less-pending.ts'
import type { ObjectChange } from './object-change.ts'
import type { TouchedInstallation } from './touched-installation.ts'

/** Stands for the commit: a merge that is planned has none yet. */
const PLANNED = ''

/** What a change does to an installation beyond what is pending anyway; objects with nothing to show are left out. */
export function changedDocuments({ name, changes, refused }: TouchedInstallation): InstallationDocument {
  const objects = changes.flatMap((change) => changedDocument(change) ?? [])
  return {
    name,
    commit: PLANNED,
    summary: summarise([{ objects: changes.map(({ plan }) => plan) }]),
    ...(refused.length > 0 && { held: refused.map(faultDocument) }),
    objects,
  }
}

/** What the target's head brings to an installation anyway. */
export function pendingDocuments({ name, pending }: TouchedInstallation): InstallationDocument {
  return {
    name,
    commit: PLANNED,
    summary: summarise([{ objects: pending }]),
    objects: pending.map((plan) => objectDocument(plan, {})),
  }
}

function changedDocument({ plan, pending }: ObjectChange): ObjectDocument | undefined {
  const document = objectDocument(plan, {})
  const anyway = pending?.action === 'patch' ? objectDocument(pending, {}).changes : undefined
  const { changes = [] } = document
  if (plan.action === 'unchanged' || plan.action === 'patch') {
    const left = anyway === undefined ? changes : lessPending(changes, anyway)
    if (left.length === 0 && !isMoreThanChanges(document)) return undefined
    return { ...document, action: 'patch', changes: left }
  }
  return document
}

function isMoreThanChanges({ handedOverFrom, takenOverFrom, isReplacement }: ObjectDocument): boolean {
  return handedOverFrom !== undefined || takenOverFrom !== undefined || isReplacement === true
}
