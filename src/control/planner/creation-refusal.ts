import { ApiError } from '../../adapters/cluster/api-error.ts'
import { apiFault } from '../../adapters/cluster/api-fault.ts'
import type { Writer } from '../../adapters/cluster/client.ts'
import type { Fault } from '../../model/fault.ts'
import type { ResolvedObject } from '../../model/installation.ts'
import type { Resource } from '../../model/schema.ts'

/**
 * Why a service account may not create an object: nor is it then told whether there is one of that name, and whose.
 * Undefined if it may.
 */
export async function creationRefusal(
  { key, object, origin, sensitive }: ResolvedObject,
  resource: Resource,
  writer: Writer,
): Promise<Fault | undefined> {
  try {
    await writer.create(resource, object, { dryRun: true, secret: sensitive !== undefined })
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.code === 403 ? apiFault(error, { action: 'unchanged', key, origin }) : undefined
  }
}
