import { Follower } from '../follower.ts'
import type { Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  {
    git,
    live,
    report,
    fleet,
    controller,
    lease,
  }: Pick<Parts, 'git' | 'live' | 'report' | 'fleet' | 'controller' | 'lease'>,
  { settings, metrics, requests }: StartContext,
): Promise<Follower> {
  const { declarer } = fleet
  const { log } = lease
  const follower = new Follower({
    settings,
    git,
    live,
    report,
    declarer,
    controller,
    lease,
    requests,
    log,
    metrics,
  })
  follower.start()
  return follower
}
