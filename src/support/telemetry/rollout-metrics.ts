import { Gauge, Histogram, type Registry } from 'prom-client'
import { type GroupReport, ROLLOUT_STATES } from '../../model/group-report.ts'

/** Metrics of the rollouts of groups. */
export interface RolloutMetrics {
  /** Sets the source of how all rollouts are doing, and for how many ms each is in its state, read at each scrape. */
  onRollouts(rollouts: () => readonly (readonly [GroupReport, number])[]): void
  /** The last member of a group arrived at a commit, `seconds` after that was made. */
  rolledOut(group: string, seconds: number): void
}

const LEAD_TIMES = [10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200, 604_800]

export function registerRolloutMetrics(registry: Registry): RolloutMetrics {
  const registers = [registry]
  let rolloutsNow: () => readonly (readonly [GroupReport, number])[] = () => []
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    values: (report: GroupReport, ms: number) => readonly (readonly [Record<string, string>, number])[],
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['group', ...labelNames],
      registers,
      collect() {
        this.reset()
        for (const [report, ms] of rolloutsNow())
          for (const [labels, value] of values(report, ms)) this.set({ group: report.name, ...labels }, value)
      },
    })
  gauge(
    'reeve_rollout_state',
    '1 for the current state of the rollout of each group.',
    ['state'],
    ({ state }) => ROLLOUT_STATES.map((one) => [{ state: one }, one === state ? 1 : 0]),
  )
  gauge(
    'reeve_rollout_members',
    'Members of each group, by whether they are at the commit that the group is brought to.',
    ['at'],
    ({ moved, members }) => [
      [{ at: 'true' }, moved],
      [{ at: 'false' }, members - moved],
    ],
  )
  gauge(
    'reeve_rollout_unavailable_members',
    'Members of each group that are not available, by whether a move is the cause.',
    ['moving'],
    ({ moving, unavailable }) => [
      [{ moving: 'true' }, moving.count],
      [{ moving: 'false' }, unavailable.count],
    ],
  )
  gauge(
    'reeve_rollout_waiting_seconds',
    'Seconds for which the rollout of each group is waiting or halted; 0 while it is not.',
    [],
    ({ state }, ms) => [[{}, state === 'waiting' || state === 'halted' ? ms / 1000 : 0]],
  )
  const leadTimes = new Histogram({
    name: 'reeve_rollout_lead_time_seconds',
    help: 'Time from a commit to its arrival at the last member of a group.',
    labelNames: ['group'],
    buckets: LEAD_TIMES,
    registers,
  })
  return {
    onRollouts: (rollouts) => {
      rolloutsNow = rollouts
    },
    rolledOut: (group, seconds) => leadTimes.observe({ group }, seconds),
  }
}
