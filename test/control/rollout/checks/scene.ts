import type { ExecutionContext } from 'ava'
import { pino } from 'pino'
import { ClusterClient } from '../../../../src/adapters/cluster/client.ts'
import { GroupChecks, type GroupChecksOptions } from '../../../../src/control/rollout/checks/group-checks.ts'
import type { GroupToCheck } from '../../../../src/control/rollout/checks/group-to-check.ts'
import type { Check } from '../../../../src/model/rollout-check.ts'
import { NO_TENANCY } from '../../../../src/model/tenancy.ts'
import { until } from '../../../helpers/until.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const START = 1_700_000_000_000

/** Checks on a clock that the test moves. */
export class Scene {
  now = START
  readonly news: string[] = []
  readonly checks: GroupChecks
  group: GroupToCheck

  constructor(t: ExecutionContext, group: Partial<GroupToCheck>, options: Partial<GroupChecksOptions> = {}) {
    this.group = {
      name: 'canary',
      commit: 'c1',
      digest: 'd1',
      wellSince: START,
      longestSoak: HOUR,
      checks: [],
      members: () => [],
      location: { file: 'canary.yaml', line: 1 },
      ...group,
    }
    this.checks = new GroupChecks({
      client: new ClusterClient(() => Promise.reject(new Error('no cluster is needed'))),
      repository: 'default',
      rules: {
        accounts: NO_TENANCY.accounts,
        guard: { allow: NO_TENANCY.allow, own: { namespace: 'reeve-system', objects: new Set() } },
      },
      addresses: [],
      log: pino({ level: 'silent' }),
      now: () => this.now,
      ...options,
    })
    this.checks.onNews((name) => this.news.push(name))
    t.teardown(() => this.checks[Symbol.asyncDispose]())
  }

  /** Another decision, perhaps later, with a group that is as before but for this. */
  decide(change: Partial<GroupToCheck> = {}, laterMs = 0): void {
    this.now += laterMs
    this.group = { ...this.group, ...change }
    this.checks.note([this.group])
  }

  get state() {
    return this.checks.state(this.group)
  }

  /** Resolves when all checks are in these states. */
  async reach(...states: readonly string[]): Promise<void> {
    await until(
      `checks that are ${states}`,
      () => this.state.checks.map(({ state }) => state).join() === states.join(),
    )
  }
}

/** A check of the members. */
export function check(given: Partial<Check> = {}): Check {
  return {
    name: 'errors',
    question: { kind: 'cel', expression: 'counts.failed == 0' },
    after: 0,
    every: MINUTE,
    failures: 1,
    onNoData: 'wait',
    ...given,
  }
}
