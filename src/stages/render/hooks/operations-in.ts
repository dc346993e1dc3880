import { createHash } from 'node:crypto'
import type { DeclaredObject, DeclaredOperation } from '../../../model/installation.ts'
import { type JsonObject, objectIn, writeJson } from '../../../model/json.ts'
import { isOperation } from '../../../model/labels.ts'
import { gvkOf } from '../../../model/object.ts'
import { GATED } from '../../../model/operation.ts'

const AT_ONCE = 10

/** The operations among the objects of an installation. @param installation its name */
export function operationsIn(
  objects: readonly DeclaredObject[],
  installation: string,
): readonly DeclaredOperation[] {
  return objects
    .filter(({ object }) => isOperation(gvkOf(object)))
    .map((each) => operationOf(each, installation))
}

/** @param declared one whose specification is valid */
function operationOf(declared: DeclaredObject, installation: string): DeclaredOperation {
  const { name } = declared.object.metadata
  const spec = objectIn(declared.object.spec)
  const { schedule, timeZone, before, from, suspended, concurrency, job } = spec
  return {
    name: name.startsWith(`${installation}-`) ? name.slice(installation.length + 1) : name,
    declared,
    digest: createHash('sha256').update(writeJson(spec)).digest('hex'),
    ...(typeof schedule === 'string' && { schedule }),
    timeZone: typeof timeZone === 'string' ? timeZone : 'UTC',
    before: GATED.filter((each) => Array.isArray(before) && before.includes(each)),
    ...(typeof from === 'string' && { from }),
    isSuspended: suspended === true,
    concurrency: typeof concurrency === 'number' ? concurrency : AT_ONCE,
    job: objectIn(job) as JsonObject,
  }
}
