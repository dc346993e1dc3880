import type { Rollout } from '../../../../src/model/rollout.ts'
import type { Decision } from '../../../../src/stages/rollout/decide.ts'
import type { GroupRecord } from '../../../../src/stages/rollout/group-record.ts'
import type { Move } from '../../../../src/stages/rollout/moves.ts'
import type { GroupView, MemberView, RolloutView } from '../../../../src/stages/rollout/rollout-view.ts'
import type { Wait } from '../../../../src/stages/rollout/wait.ts'
import { NO_ROLLOUT } from '../small-fleet.ts'
import type { Step, Truth } from './step.ts'

const HOUR = 3_600_000

/** What a step has that is not as usual. */
export interface Said {
  readonly rollout?: Partial<Rollout>
  readonly outer?: Partial<Rollout>
  readonly group?: Partial<GroupView>
  readonly record?: Partial<GroupRecord>
  readonly member?: Partial<MemberView>
  readonly moves?: readonly Partial<Move>[]
  readonly waits?: Readonly<Record<string, Wait>>
  readonly wait?: Wait
  readonly truth?: Partial<Truth>
  readonly harm?: RolloutView['harm']
}

/**
 * The group `g`, in `outer` and after `canary`, with the members a, b, c and d, which are well at c1; the head is c2,
 * and `canary` has proven it for an hour.
 */
export function stepOf(said: Said): Step {
  const { rollout, outer, moves = [], waits = {}, wait, truth, harm = () => undefined } = said
  const group = (name: string, change: Partial<Rollout> = {}, around: readonly string[] = []): GroupView => ({
    name,
    rollout: { ...NO_ROLLOUT, ...change },
    around,
    record: undefined,
  })
  const after = [{ group: 'canary', soak: HOUR }]
  const member = (name: string): MemberView => ({
    name,
    group: 'g',
    at: { commit: 'c1', group: 'g', digest: 'g1' },
    isOwnBehind: false,
    condition: 'healthy',
    since: 0,
    ...(name === 'a' && said.member),
  })
  const record: GroupRecord = {
    at: { commit: 'c2', digest: 'g2', since: 0 },
    relapses: 0,
    proofs: [],
    rejected: [],
    moves: new Map(),
    ...said.record,
  }
  const line = ['1', '2'].map((number) => ({
    commit: `c${number}`,
    digests: new Map([
      ['g', `g${number}`],
      ['canary', `canary${number}`],
    ]),
  }))
  const decision: Decision = {
    groups: new Map([['g', { record, missing: [], isTroubled: false, ...(wait && { wait }) }]]),
    moves: moves.map((move) => ({
      member: 'a',
      kind: 'inherited',
      inherited: { commit: 'c2', group: 'g' },
      wasUnavailable: false,
      ...move,
    })),
    waits: new Map(Object.entries(waits)),
  }
  return {
    view: {
      now: 10 * HOUR,
      line,
      groups: new Map([
        ['outer', group('outer', outer)],
        ['g', { ...group('g', { after, ...rollout }, ['outer']), ...said.group }],
      ]),
      members: new Map(['a', 'b', 'c', 'd'].map((name) => [name, member(name)])),
      harm,
    },
    decision,
    truth: {
      line,
      isDisrupted: () => false,
      provenFor: () => HOUR,
      rejectedAt: () => undefined,
      isWindowOpen: () => true,
      ...truth,
    },
  }
}
