import type { Summary } from '../../stages/plan/describe/summary.ts'

export function presentSummary(summary: Summary): string {
  const { create, change, blocked, unchanged } = summary
  return (
    `Plan: ${create} to create, ${change} to change, ${summary.delete} to delete, ` +
    `${blocked} blocked, ${unchanged} unchanged.\n`
  )
}
