import type { Repository } from '../../adapters/git/repository.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { byName, type ReadRecord, readRecords } from './read-records.ts'
import { readStatusBranch } from './status-branch.ts'

/**
 * The records of a status branch by the installation's name; empty, with the problem, where it cannot be
 * read.
 */
export interface Recorded {
  readonly records: ReadonlyMap<string, InstallationStatus>
  readonly problem?: Fault
}

/** Reads the records of a status branch; parses each text once. */
export class RecordReader {
  readonly #repository: Repository
  readonly #branch: string
  #known: ReadonlyMap<string, ReadRecord> = new Map()

  constructor(repository: Repository, branch: string) {
    this.#repository = repository
    this.#branch = branch
  }

  async read(): Promise<Recorded> {
    try {
      const files = await readStatusBranch(this.#repository, this.#branch)
      this.#known = readRecords(files, this.#known)
      return { records: byName(this.#known) }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return {
        records: new Map(),
        problem: fault('status-unreadable', `${this.#branch}: ${error.fault.message}`),
      }
    }
  }
}
