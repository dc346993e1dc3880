import { isDeepStrictEqual } from 'node:util'
import { writeJson } from '../../model/json.ts'
import type { ObjectDocument } from '../plan/describe/plan-document.ts'
import { REDACTED } from '../plan/describe/redact.ts'
import { lessPending } from './less-pending.ts'

/**
 * What a change does to one object beyond what is pending anyway; undefined where that is nothing.
 * @param planned its plan at the merged tree @param pending the same at the head of the target branch
 */
export function lessPendingDocument(
  planned: ObjectDocument,
  pending: ObjectDocument | undefined,
): ObjectDocument | undefined {
  switch (planned.action) {
    case 'blocked':
      return planned
    case 'create':
      return isSameCreation(planned, pending) ? undefined : planned
    case 'delete':
      return pending?.action === 'delete' ? undefined : planned
    case 'patch':
    case 'unchanged':
      return lessPatch(planned, pending)
  }
}

/** Objects with secrets are never taken as equal: what differs may be redacted. */
function isSameCreation({ object }: ObjectDocument, pending: ObjectDocument | undefined): boolean {
  if (pending?.action !== 'create' || writeJson(object).includes(REDACTED)) return false
  return isDeepStrictEqual(object, pending.object)
}

/** An object that stays as it is, where the target's head would change it, is changed back. */
function lessPatch(planned: ObjectDocument, pending: ObjectDocument | undefined): ObjectDocument | undefined {
  if (pending?.action !== 'patch') return planned.action === 'patch' ? planned : undefined
  const changes = lessPending(planned.changes ?? [], pending.changes ?? [])
  const isMore = isMoreThanFields(planned) && !isSameBesides(planned, pending)
  if (changes.length === 0 && !isMore) return undefined
  return { ...planned, action: 'patch', changes }
}

function isMoreThanFields({ isReplacement, handedOverFrom, takenOverFrom }: ObjectDocument): boolean {
  return isReplacement === true || handedOverFrom !== undefined || takenOverFrom !== undefined
}

function isSameBesides(one: ObjectDocument, other: ObjectDocument): boolean {
  const besides = ({ isReplacement, handedOverFrom, takenOverFrom }: ObjectDocument) => [
    isReplacement,
    handedOverFrom,
    takenOverFrom,
  ]
  return isDeepStrictEqual(besides(one), besides(other))
}
