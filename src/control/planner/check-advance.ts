import { ValidationRules } from '../../adapters/cel/validation-rules.ts'
import { ApiError } from '../../adapters/cluster/api-error.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { writeJson } from '../../model/json.ts'
import { gvkOf, idOf, type KubernetesObject, type ObjectKey } from '../../model/object.ts'
import type { BlockedPlan, CreatePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import { allowsReplacement } from '../../stages/apply/refused-patch.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { checkWrite } from '../../stages/plan/check/check-write.ts'
import type { Defect } from '../../stages/plan/check/defect.ts'
import { mayBeMutated } from '../../stages/plan/check/may-be-mutated.ts'
import { humanPointer } from '../../stages/plan/describe/human-path.ts'
import { patchedObject } from '../../stages/plan/describe/patched.ts'
import { redactFault } from '../../stages/report/redact-secrets.ts'
import { type DesiredState, secretsOf } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'
import { checkAll } from './check-plan.ts'
import type { Planner } from './planner.ts'
import { refusalToShow, type Viewer } from './shown-to.ts'

/**
 * Finds faults in the writes that move an installation to the head: those that would be refused.
 * @param plans all plans of the installation, except those that revert drift
 * @param declared the desired state after the move
 */
export type CheckAdvance = (
  member: Member,
  plans: readonly ObjectPlan[],
  declared: DesiredState,
) => Promise<readonly Fault[]>

export interface CheckAdvanceOptions {
  readonly view: ClusterView
  readonly planner: Planner
}

type Write = CreatePlan | PatchPlan

interface Found {
  readonly write: Write
  readonly defect: Defect
}

const MUTATING = ['MutatingWebhookConfiguration', 'MutatingAdmissionPolicy']
const ADMISSION = 'admissionregistration.k8s.io'
const DENIALS: ReadonlySet<FaultCode> = new Set(['not-allowed', 'service-account-not-allowed'])
/** Maximum number of faults reported for one installation. */
const TOLD = 100

/**
 * Checks writes as far as possible without a request; dry-runs all of an atomic installation, too. Only if it
 * finds defects, it asks the server for its current schemas, and for admission that may change the objects.
 */
export function advanceCheck({ view, planner }: CheckAdvanceOptions): CheckAdvance {
  const rules = new ValidationRules()
  return async ({ name, id, attempted }, plans, declared) => {
    const denied = plans.flatMap((plan) => (isDenied(plan) ? plan.fault : []))
    if (denied.length > 0) return denied.slice(0, TOLD)
    const writes = plans.filter(isWrite)
    const found = await defectsIn(writes, view, rules)
    if (found.length > 0) {
      view.schemas.refresh()
      const viewer = { view, writer: await planner.writerFor({ name, id }, declared) }
      const tellable = await withoutUnseen(await defectsIn(writes, view, rules), viewer)
      const certain = await withoutMutated(tellable, view)
      const faults = certain.slice(0, TOLD).map(faultOf)
      const located = await planner.located(faults, name, declared)
      if (located.length > 0) return located.map((each) => redactFault(each, secretsOf(declared, name)))
    }
    if (attempted.atomic !== true) return []
    const asked = await checkAll(name, plans, planner, { declared, view, mayReplace: true })
    return asked.flatMap((plan) => (plan.action === 'blocked' ? [plan.fault] : []))
  }
}

/** Whether the configuration does not allow the object: whatever the cluster holds, it is never applied. */
function isDenied(plan: ObjectPlan): plan is BlockedPlan {
  return plan.action === 'blocked' && DENIALS.has(plan.fault.code)
}

function isWrite(plan: ObjectPlan): plan is Write {
  return plan.action === 'create' || plan.action === 'patch'
}

async function defectsIn(
  writes: readonly Write[],
  { schemas, crds }: ClusterView,
  { holds }: ValidationRules,
): Promise<readonly Found[]> {
  const found = await Promise.all(
    writes.map(async (write) => {
      const { desired } = write
      const after = write.action === 'patch' ? patchedObject(write) : desired
      const live = write.action === 'patch' ? write.live : undefined
      const schema = await schemas.validation(gvkOf(desired), crds)
      const defects = checkWrite({ desired, after, live, schema, rules: holds })
      return defects.filter((defect) => !isReplaced(write, defect)).map((defect) => ({ write, defect }))
    }),
  )
  return found.flat()
}

function isReplaced(write: Write, { code }: Defect): boolean {
  return code === 'needs-replacement' && write.action === 'patch' && allowsReplacement(write)
}

/**
 * Leaves out defects of live objects that their account may not read: the schema may be Git's, and ask questions of
 * them. The server refuses the write.
 */
async function withoutUnseen(found: readonly Found[], viewer: Viewer): Promise<readonly Found[]> {
  const writes = [...new Set(found.map(({ write }) => write))]
  const refusals = await Promise.all(writes.map((write) => refusalToShow(write, viewer)))
  const unseen = new Set(writes.filter((_, index) => refusals[index] !== undefined))
  return unseen.size === 0 ? found : found.filter(({ write }) => !unseen.has(write))
}

/** Leaves out defects that admission may correct; an object that cannot be decoded never reaches it. */
async function withoutMutated(found: readonly Found[], view: ClusterView): Promise<readonly Found[]> {
  if (found.every(({ defect }) => defect.isOfDecoding)) return found
  const configurations = await mutating(view)
  return found.filter(({ defect, write }) => {
    if (defect.isOfDecoding) return true
    const resource = view.resourceOf(write)
    return configurations !== undefined && resource !== undefined && !mayBeMutated(resource, configurations)
  })
}

/** Undefined if Reeve may not read them. */
async function mutating({ client, kinds }: ClusterView): Promise<readonly KubernetesObject[] | undefined> {
  const resources = MUTATING.flatMap((kind) => kinds.preferred(ADMISSION, kind) ?? [])
  try {
    const lists = await Promise.all(resources.map((resource) => client.list(resource, {})))
    return lists.flatMap(({ items }) => items)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return undefined
  }
}

function isSecret({ group, kind }: ObjectKey): boolean {
  return group === '' && kind === 'Secret'
}

function faultOf({ write, defect }: Found): Fault {
  const { key, origin, sensitive } = write
  const { code, pointer, message, value } = defect
  const isHidden = sensitive !== undefined || isSecret(key)
  const told = value === undefined || isHidden ? '' : `: ${writeJson(value).slice(0, 100)}`
  const separator = told !== '' ? ' ' : code === 'unknown-field' ? '; ' : ': '
  const details = `${humanPointer(pointer)}${told}${message === '' ? '' : `${separator}${message}`}`
  return fault(code, details, {
    location: origin && { file: origin.file, line: origin.line },
    object: idOf(key),
    pointer,
  })
}
