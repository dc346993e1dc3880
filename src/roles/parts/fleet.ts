import { AskedSources } from '../../control/fleet/asked-sources.ts'
import { FleetDeclarer } from '../../control/fleet/fleet-declarer.ts'
import { placementOf } from '../../control/fleet/placement-of.ts'
import { Renderers } from '../../control/fleet/renderers.ts'
import { fenceOf } from '../../control/planner/guard-of.ts'
import { chartCluster } from '../../stages/live/chart-cluster.ts'
import { pastReleaseIn } from '../../stages/report/last-synced-revision.ts'
import { logUnforeseen } from '../../support/telemetry/log.ts'
import type { FleetPart, Parts } from '../parts.ts'
import type { StartContext } from '../start-context.ts'

export async function start(
  { git, live, report, lease }: Pick<Parts, 'git' | 'live' | 'report' | 'lease'>,
  { settings, metrics, patience, signal }: StartContext,
): Promise<FleetPart> {
  const { log } = lease
  const sources = new AskedSources(git.sources)
  const renderers = new Renderers({
    decrypt: git.keyring.decrypt,
    sources,
    remoteBases: settings.remoteBases,
    cluster: () =>
      chartCluster(live, {
        refusesSecrets: settings.lookupSecrets === 'none',
        guard: fenceOf(settings, live),
      }),
  })
  const declarer = new FleetDeclarer({
    source: git,
    placement: placementOf(settings),
    renderers,
    pastRelease: (name) => pastReleaseIn(report.statuses.get(name)),
    patience,
    onUnforeseen: logUnforeseen(log),
    onRetry: () => metrics.retried('template'),
    log,
  })
  const endNews = git.sources.onNews(() => declarer.againSoon())
  signal.addEventListener('abort', () => declarer[Symbol.dispose](), { once: true })
  return {
    declarer,
    renderers,
    sources,
    known: () => undefined,
    [Symbol.asyncDispose]: async () => {
      endNews()
      declarer[Symbol.dispose]()
      await renderers[Symbol.asyncDispose]()
    },
  }
}
