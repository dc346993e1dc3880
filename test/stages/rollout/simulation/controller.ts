import type { Decision } from '../../../../src/stages/rollout/decide.ts'
import type { GroupRecord } from '../../../../src/stages/rollout/group-record.ts'
import type { Move } from '../../../../src/stages/rollout/moves.ts'
import type { Random } from '../../../helpers/random.ts'
import { RecordStore, type Records } from './record-store.ts'

/** Number of moves that begin before a controller dies. */
const BEGUN = { 'after all': Number.POSITIVE_INFINITY, 'before moves': 0, 'amid moves': 1 } as const

/** What a controller remembers, and how it dies. */
export class SimulatedController {
  records: Records = new Map()
  readonly #store = new RecordStore()
  #death: keyof typeof BEGUN | undefined

  /**
   * Remembers first, then acts: one that dies between them has told of moves that never began.
   *
   * @returns the moves that begin
   */
  act({ groups, moves }: Decision): readonly Move[] {
    this.records = new Map([...groups].map(([name, { record }]): [string, GroupRecord] => [name, record]))
    this.#store.write(this.records)
    const begun = moves.slice(0, BEGUN[this.#death ?? 'after all'])
    this.#death = undefined
    return begun
  }

  /** Another one begins where this one dies, in the midst of its next decision or between two of them. */
  restart(random: Random): void {
    const store = this.#store
    this.#death = random.pick(['after all', 'before moves', 'amid moves'] as const)
    random.pick([
      () => {},
      () => store.loseStatusBranch(),
      () => store.forgeStatusBranch(),
      () => store.loseCluster(),
      () => {
        store.loseCluster()
        store.forgeStatusBranch()
      },
    ])()
    this.records = store.read()
  }
}
