import { type Fault, fault } from '../../../model/fault.ts'
import { idOf } from '../../../model/object.ts'
import type { Fence, Guarded } from './refusal-of.ts'

/** Why an object may not be written as a service account: it is one of Reeve's own namespace. */
export function accountRefusal(
  account: string | undefined,
  { key, origin }: Pick<Guarded, 'key' | 'origin'>,
  { own }: Fence,
): Fault | undefined {
  if (!account?.startsWith(`${own.namespace}/`)) return undefined
  return fault('service-account-not-allowed', `${account}, in Reeve's own namespace`, {
    location: origin && { file: origin.file, line: origin.line },
    object: idOf(key),
  })
}
