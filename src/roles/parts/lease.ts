import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { identityIn } from '../../control/lease/identity.ts'
import { LeaderLease } from '../../control/lease/leader-lease.ts'
import { leaseIn, leaseNamespace } from '../../control/lease/lease-namespace.ts'
import { LeaseTaker } from '../../control/lease/take-lease.ts'
import type { FaultError } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import { OUTSIDE } from '../../model/tenancy.ts'
import { faultFields } from '../../support/telemetry/log.ts'
import { hasRole } from '../has-role.ts'
import { HeldLease } from '../held-lease.ts'
import type { Parts } from '../parts.ts'
import { PassOn } from '../pass-on.ts'
import { patiently } from '../patiently.ts'
import type { StartContext } from '../start-context.ts'

/**
 * Takes the Lease. While another Reeve holds it, this one stands by and reports ready, so that a rolling
 * update can replace the leader. An earlier version, whose Lease is elsewhere, is waited for first.
 */
export async function start(
  { git, cluster }: Pick<Parts, 'git' | 'cluster'>,
  context: StartContext,
): Promise<HeldLease> {
  const { settings, log, metrics, signal } = context
  const { dataDir, branch } = settings
  const repository = leaseOf(settings)
  const { client } = cluster
  const me = await identityIn(dataDir)
  const onRetry = () => metrics.retried('lease')
  const head = () => git.repository.headOf(branch)
  await using starting = new AsyncDisposableStack()
  using standBys = new DisposableStack()
  const take = async (namespace: string) => {
    const leaderLease = starting.use(new LeaderLease({ client, repository, namespace, me, log, onRetry }))
    cluster.guard = leaderLease
    const taker = new LeaseTaker({ leaderLease, client, settings, head, log })
    const standBy = standBys.use(new StandBy(leaderLease, context))
    await patiently(() => taker.take((problem) => standBy.begin(problem), signal), context)
    return { leaderLease, standBy }
  }
  const namespace = await patiently(() => leaseNamespace(cluster, repository), context)
  const former = namespace === OUTSIDE ? undefined : await leaseIn(OUTSIDE, cluster, repository)
  const before = former && (await take(OUTSIDE))
  const { leaderLease, standBy } = await take(namespace)
  await before?.leaderLease.remove()
  leaderLease.onRequest((request) => context.requests.request(request))
  starting.move()
  const wasAwaited = standBy.hasBegun || before?.standBy.hasBegun === true
  return new HeldLease({ leaderLease, dataDir, log, wasAwaited })
}

/** Name of what is held: reviews may be the work of another process than syncs. */
function leaseOf(settings: Settings): string {
  return hasRole(settings, 'sync') ? settings.name : `${settings.name}/review`
}

/**
 * The standby of this process while another Reeve holds the Lease. Only the leader works: requests reach it through
 * the Lease.
 */
class StandBy implements Disposable {
  hasBegun = false
  readonly #context: StartContext
  #endPassingOn = () => {}
  readonly #passOn: PassOn

  constructor(leaderLease: LeaderLease, context: StartContext) {
    this.#context = context
    this.#passOn = new PassOn({
      send: (requests) => leaderLease.request(requests),
      onError: (error) =>
        context.log.warn(faultFields(anyFault(error)), 'a request could not be passed on to the leader'),
    })
  }

  begin(problem: FaultError): void {
    const { waits, waitFor, metrics, log, requests } = this.#context
    if (!waits) throw problem
    waitFor({ text: `standing by: ${problem.fault.message}`, isReady: true })
    log.warn(faultFields(problem.fault), 'standing by')
    if (this.hasBegun) return
    this.hasBegun = true
    metrics.standsBy(true)
    this.#endPassingOn = requests.onRequest((request) => void this.#passOn.add(request))
  }

  [Symbol.dispose](): void {
    this.#endPassingOn()
    this.#context.metrics.standsBy(false)
  }
}
