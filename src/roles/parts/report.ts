import { hasRole } from '../has-role.ts'
import type { Parts } from '../parts.ts'
import { Report } from '../report.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  { git, lease }: Pick<Parts, 'git' | 'lease'>,
  { settings, metrics }: StartContext,
): Promise<Report> {
  const { repository } = git
  const report = new Report({ repository, settings, log: lease.log, metrics, isLost: () => lease.isLost })
  await report.load()
  if (hasRole(settings, 'sync')) report.lookAfter() // another process writes the branch otherwise
  return report
}
