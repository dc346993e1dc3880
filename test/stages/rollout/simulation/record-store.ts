import type { GroupRecord } from '../../../../src/stages/rollout/group-record.ts'

export type Records = ReadonlyMap<string, GroupRecord>

interface Copy {
  readonly records: Records
  readonly isSealed: boolean
}

/** The records of groups in two sealed copies: one in the cluster, and one in the status branch for people. */
export class RecordStore {
  #cluster: Copy | undefined
  #status: Copy | undefined

  /** What a controller that starts knows: the cluster's copy wins, and one without the seal counts for nothing. */
  read(): Records {
    const found = [this.#cluster, this.#status].find((copy) => copy?.isSealed)
    return found?.records ?? new Map()
  }

  write(records: Records): void {
    this.#cluster = { records, isSealed: true }
    this.#status = this.#cluster
  }

  loseStatusBranch(): void {
    this.#status = undefined
  }

  loseCluster(): void {
    this.#cluster = undefined
  }

  /** Someone who can push to the status branch says that all is proven, and nothing rejected. */
  forgeStatusBranch(): void {
    const forged = [...(this.#status?.records ?? [])].map(([name, record]): [string, GroupRecord] => [
      name,
      { ...record, wellSince: 0, rejected: [], moves: new Map(), relapses: 0 },
    ])
    this.#status = { records: new Map(forged), isSealed: false }
  }
}
