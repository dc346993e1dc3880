import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import { apiFault, blamedPointers } from '../../adapters/cluster/api-fault.ts'
import type { Writer } from '../../adapters/cluster/client.ts'
import { isOfPolicy } from '../../adapters/cluster/refusal-code.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { JsonObject } from '../../model/json.ts'
import { tokensOf, valueAt } from '../../model/json-pointer.ts'
import { keepMarkOf } from '../../model/keep-mark.ts'
import { REPLACE_ANNOTATION } from '../../model/labels.ts'
import { idOf } from '../../model/object.ts'
import type { PatchOperation, PatchPlan } from '../../model/plan.ts'
import type { Resource } from '../../model/schema.ts'
import { causesRefusal } from '../plan/causes-refusal.ts'
import { changesOf } from '../plan/describe/changes.ts'

export interface RefusedPatch {
  readonly fault: Fault
  /** The object could be created as declared: only the change is refused. */
  readonly needsReplacement: boolean
}

interface Server {
  readonly writer: Pick<Writer, 'create'>
  readonly resource: Resource
  readonly lane?: string | undefined
}

/** Causes that may be about a change rather than a value (apimachinery, field.ErrorType). */
const OF_A_CHANGE: ReadonlySet<string> = new Set(['FieldValueInvalid', 'FieldValueForbidden'])
/** Words of policies for what cannot be changed; those of the second kind may be about anything, a time of day too. */
const SAYS_IMMUTABLE = /immutab|unchangeable/i
const FORBIDS_CHANGE =
  /read.?only|\b(?:can|must|may|should|is|are)(?:not| ?n[o']t)\b.{0,40}\b(?:chang|modif|updat|edit|alter|mutat)/i
/** Maximum number of fields named in a fault. */
const NAMED = 5

/**
 * Finds out why the server refused a patch: for a value, or because the field must not change. The latter is so
 * where it blames a field of the patch, or its admission says so, and a dry run creates the object as declared.
 */
export async function refusedPatch(error: ApiError, plan: PatchPlan, server: Server): Promise<RefusedPatch> {
  const problem = apiFault(error, plan)
  const isCandidate = problem.code === 'needs-replacement' || blamesChange(error, plan)
  if (!isCandidate) return { fault: problem, needsReplacement: false }
  const refusal = await refusalOfCreate(plan, server)
  if (refusal === undefined) return { fault: replacementFault(error, plan, problem), needsReplacement: true }
  if (refusal instanceof ConnectionError || isUnanswered(refusal))
    return { fault: problem, needsReplacement: false }
  return { fault: alsoRefused(problem, refusal, plan), needsReplacement: false }
}

/** Whether a refused patch may delete the object and create it again: Git allows it, and no mark keeps the object. */
export function allowsReplacement(plan: PatchPlan): boolean {
  return asksForReplacement(plan) && keptBy(plan) === undefined
}

function asksForReplacement({ desired }: PatchPlan): boolean {
  return desired.metadata.annotations?.[REPLACE_ANNOTATION] === 'true'
}

function keptBy({ live, desired }: PatchPlan): string | undefined {
  return keepMarkOf(live) ?? keepMarkOf(desired)
}

function blamesChange(error: ApiError, plan: PatchPlan): boolean {
  const { code, reason, message, causes } = error
  if (isOfPolicy(error))
    return SAYS_IMMUTABLE.test(message) || (FORBIDS_CHANGE.test(message) && namesChange(message, plan))
  if (code !== 422 || reason !== 'Invalid' || causes.length === 0) return false
  if (!causes.every((cause) => OF_A_CHANGE.has(cause.reason))) return false
  return blamedPointers(error).some((pointer) => changedBelow(pointer, plan).length > 0)
}

/** Whether a message names a field that the patch changes. */
function namesChange(message: string, { patch }: PatchPlan): boolean {
  const words = new Set(message.toLowerCase().match(/[a-z]\w*/g))
  return patch
    .filter(isOfContent)
    .some(({ path }) => tokensOf(path).some((token) => token !== 'spec' && words.has(token.toLowerCase())))
}

/**
 * Paths of the patch at, below or above a blamed field. The server also blames names that are no fields, such as
 * spec.persistentvolumesource: then their parent counts.
 */
function changedBelow(pointer: string, { patch, live, desired }: PatchPlan): readonly PatchOperation[] {
  const tokens = tokensOf(pointer).map(singular)
  const isThere = (object: JsonObject) => valueAt(object, tokens) !== undefined
  while (tokens.length > 0 && !isThere(live as JsonObject) && !isThere(desired as JsonObject)) tokens.pop()
  return patch.filter((operation) => isOfContent(operation) && isOneWay(tokens, tokensOf(operation.path)))
}

function isOfContent({ op, path }: PatchOperation): boolean {
  return op !== 'test' && !path.startsWith('/metadata/')
}

function isOneWay(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length)
  return one.slice(0, length).every((token, index) => token === singular(other[index] ?? ''))
}

/** The first address of a Service has two fields (core/v1, ServiceSpec); the server blames either. */
function singular(token: string): string {
  return token === 'clusterIPs' ? 'clusterIP' : token
}

/**
 * The server's refusal to create the object as declared; undefined where it would create it. It checks everything
 * before it finds that the name is taken; what only the object itself takes is free once that is gone.
 */
async function refusalOfCreate(
  plan: PatchPlan,
  { writer, resource, lane }: Server,
): Promise<ApiError | ConnectionError | undefined> {
  try {
    await writer.create(resource, plan.desired, { dryRun: true, lane, secret: plan.sensitive !== undefined })
    return undefined
  } catch (error) {
    if (error instanceof ConnectionError) return error
    if (!(error instanceof ApiError)) throw error
    if (error.code === 409 && error.reason === 'AlreadyExists') return undefined
    const { key } = plan
    return causesRefusal(plan.live, { key, fault: apiFault(error, plan) }) ? undefined : error
  }
}

/** Whether the answer says nothing about the object; webhooks with side effects accept no dry run. */
function isUnanswered({ code, message }: ApiError): boolean {
  if (/does not support dry run/.test(message)) return true
  return code === 401 || code === 404 || code === 429 || code >= 500
}

/** Names the changed fields that the server blames: its own words may only say `spec`. */
function replacementFault(error: ApiError, plan: PatchPlan, { location, pointer }: Fault): Fault {
  const blamed = blamedPointers(error).flatMap((each) => changedBelow(each, plan))
  const patch = plan.patch.filter(blamed.length > 0 ? (each) => blamed.includes(each) : isOfContent)
  const fields = new Set(changesOf({ ...plan, patch }).map(({ path }) => path))
  const names = [...fields].slice(0, NAMED).join(', ')
  const words = names === '' ? error.message : `${names}: ${error.message}`
  const mark = asksForReplacement(plan) ? keptBy(plan) : undefined
  const details = mark === undefined ? words : `${words}; it is not replaced, as it has ${mark}`
  return fault('needs-replacement', details, { location, object: idOf(plan.key), pointer })
}

function alsoRefused(problem: Fault, refusal: ApiError, plan: PatchPlan): Fault {
  const { message } = apiFault(refusal, plan)
  if (message === problem.message) return problem
  return { ...problem, message: `${problem.message}; replacing it would fail, too: ${message}` }
}
