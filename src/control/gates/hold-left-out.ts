import { permissionFault } from '../../model/deletion-permission.ts'
import { idOf } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import type { Member } from '../fleet/member.ts'

/**
 * Holds back deletions of an installation that is gone only because a kustomization leaves out its directory,
 * which is still there, unless a commit allows them.
 *
 * @param gone name of the installation, if Git no longer declares it
 */
export function holdLeftOut(
  plans: readonly ObjectPlan[],
  members: Iterable<Member>,
  gone: string | undefined,
): readonly ObjectPlan[] {
  if (gone === undefined || !plans.some(isUnasked) || !isLeftOut(gone, members)) return plans
  const details = `all of ${gone}, whose manifests are there and left out of a kustomization`
  return plans.map((plan) => {
    if (!isUnasked(plan)) return plan
    const { key, live } = plan
    return {
      action: 'blocked',
      key,
      live,
      fault: permissionFault('deletion-limit', details, gone, { object: idOf(key) }),
    }
  })
}

function isUnasked(plan: ObjectPlan): plan is Extract<ObjectPlan, { readonly action: 'delete' }> {
  return plan.action === 'delete' && !plan.isAllowed
}

function isLeftOut(gone: string, members: Iterable<Member>): boolean {
  const notices = [...members].flatMap(({ attempted }) => attempted.notices ?? [])
  return notices.some(({ code, location: { file } = { file: '' } }) => {
    return code === 'left-out-of-kustomization' && file.slice(0, file.lastIndexOf('/')) === gone
  })
}
