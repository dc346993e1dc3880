import type { Group } from './groups.ts'

/** Whether the members of a group move only as reviewed: the innermost of it and those around it that says counts. */
export function requiresReview({ chain }: Pick<Group, 'chain'>): boolean {
  return (
    chain.findLast(({ document }) => document.requireReviewedPlan !== undefined)?.document
      .requireReviewedPlan === true
  )
}
