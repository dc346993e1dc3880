import type { RepositoryParts } from '../control/fleet/repository-parts.ts'
import type { Log } from '../support/telemetry/log.ts'
import type { Report } from './report.ts'

export interface RewriteContext {
  readonly git: RepositoryParts
  readonly report: Report
  readonly log: Log
}

/**
 * Tells that the branch was force-pushed: the commit does not follow the one before. Says nothing where the
 * local clone has too little history to know.
 */
export async function tellRewrittenHistory(
  before: string | undefined,
  commit: string,
  { git, report, log }: RewriteContext,
): Promise<void> {
  if (before === undefined || (await git.follows(commit, before)) !== false) return
  log.warn({ commit, before }, 'history rewritten: the commit does not follow the one before')
  report.commits.note(`history rewritten: ${commit.slice(0, 7)} does not follow ${before.slice(0, 7)}`)
}
