import type { Plan } from '../../../model/plan.ts'

/** Numbers of a plan's objects by action. */
export interface Summary {
  readonly create: number
  readonly change: number
  readonly delete: number
  readonly blocked: number
  readonly unchanged: number
}

export function summarise(plans: readonly Pick<Plan, 'objects'>[]): Summary {
  const objects = plans.flatMap((plan) => plan.objects)
  const count = (action: string) => objects.filter((object) => object.action === action).length
  return {
    create: count('create'),
    change: count('patch'),
    delete: count('delete'),
    blocked: count('blocked'),
    unchanged: count('unchanged'),
  }
}

/** Whether anything differs between what Git declares and the cluster. */
export function differs(summary: Summary): boolean {
  return summary.create + summary.change + summary.delete + summary.blocked > 0
}
