import { hasCode, ifRequestFails, isRequestError } from '../../adapters/cluster/api-error.ts'
import { resourcesOf } from '../../adapters/cluster/declared-crds.ts'
import { hasCondition, isCrd, isEstablished } from '../../model/crd.ts'
import type { KubernetesObject, LiveObject } from '../../model/object.ts'
import type { CreatePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import type { Resource } from '../../model/schema.ts'
import { until } from '../../support/concurrency/until.ts'
import type { ApplyContext } from './apply-context.ts'

/** Maximum wait for CustomResourceDefinitions to be served, in milliseconds. */
const ESTABLISHED_WITHIN_MS = 30_000

/**
 * Waits until the CustomResourceDefinitions that this stage wrote are established and all their new versions
 * are served, so that the next stage can create and read their custom resources. After the timeout, the
 * objects that need a version report that it is not served.
 */
export async function awaitEstablished(stage: readonly ObjectPlan[], context: ApplyContext): Promise<void> {
  const crds = stage.filter(isWrittenCrd)
  if (crds.length === 0) return // without CRDs, the timer would only stay around for half a minute
  const signal = AbortSignal.timeout(ESTABLISHED_WITHIN_MS)
  await Promise.all(crds.map((plan) => untilServed(plan, context, signal)))
}

function isWrittenCrd(plan: ObjectPlan): plan is CreatePlan | PatchPlan {
  return isCrd(plan.key) && (plan.action === 'create' || plan.action === 'patch')
}

async function untilServed(
  plan: CreatePlan | PatchPlan,
  context: ApplyContext,
  signal: AbortSignal,
): Promise<void> {
  const resource = context.resourceOf(plan)
  if (resource === undefined) return
  const onRetry = () => context.onRetry?.('readiness')
  let crd: LiveObject | undefined
  const look = async () => {
    crd = await context.client.get(resource, plan.key).catch(ifRequestFails(undefined))
    return crd === undefined || isRefused(crd) || isEstablished(crd)
  }
  await until(look, signal, onRetry)
  if (crd === undefined || !isEstablished(crd)) return
  const versions = addedVersions(plan, crd)
  await Promise.all(versions.map((version) => until(() => isServed(version, context), signal, onRetry)))
}

/** Versions of the kind that the live CRD serves and the previous one did not. */
function addedVersions(plan: CreatePlan | PatchPlan, crd: KubernetesObject): readonly Resource[] {
  const before = plan.action === 'patch' ? resourcesOf(plan.live).map(({ version }) => version) : []
  return resourcesOf(crd).filter(({ version }) => !before.includes(version))
}

async function isServed({ group, version, plural }: Resource, { client }: ApplyContext): Promise<boolean> {
  try {
    const { body } = await client.raw('GET', `/apis/${group}/${version}`, { deadline: 0 })
    const { resources = [] } = JSON.parse(body) as { resources?: readonly { readonly name?: string }[] }
    return resources.some(({ name }) => name === plural)
  } catch (error) {
    if (!isRequestError(error)) throw error
    return !hasCode(error, 404) // the objects report other errors
  }
}

/** Whether another CRD has its names: it is not established until that one is deleted. */
function isRefused(crd: LiveObject): boolean {
  return hasCondition(crd, 'NamesAccepted', 'False')
}
