import type { RepositoryParts } from '../control/fleet/repository-parts.ts'
import type { RefusedHead } from '../model/refused-head.ts'
import type { Settings } from '../model/settings.ts'
import { faultFields, type Log } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import type { Report } from './report.ts'

export interface HeadGuardOptions {
  readonly settings: Pick<Settings, 'branch'>
  readonly git: Pick<RepositoryParts, 'signatures'>
  readonly report: Pick<Report, 'commits'>
  readonly log: Log
  readonly metrics: Metrics
}

/** Applies no head of the branch that is not signed as it has to be, and says so. */
export class HeadGuard {
  readonly #options: HeadGuardOptions
  #refused: RefusedHead | undefined
  /** Keys that the refused head was judged by; undefined if they could not be read. */
  #keys: string | undefined

  constructor(options: HeadGuardOptions) {
    this.#options = options
    options.metrics.onRefusedHead(() => this.#refused?.fault.code)
  }

  /** The latest head, if it is not applied. */
  get refused(): RefusedHead | undefined {
    return this.#refused
  }

  /**
   * Whether a head is known to be refused by the same keys, and what is to be applied instead is.
   * @param current what is applied
   */
  async isRefused(head: string, current: string | undefined): Promise<boolean> {
    const { signatures } = this.#options.git
    if (signatures === undefined || head !== this.#refused?.commit) return false
    if (this.#refused.applied !== current) return false
    return (await signatures.verifier.keysDigest()) === this.#keys
  }

  /**
   * The commit to apply for a head of the branch; undefined if there is none.
   * @param current what is applied; undefined at the start
   * @throws FaultError if the remote cannot tell
   */
  async choose(head: string, current: string | undefined): Promise<string | undefined> {
    const { signatures } = this.#options.git
    if (signatures === undefined) return head
    const keys = await signatures.verifier.keysDigest()
    const { commit, fault } = await signatures.accepted.choose(head, current)
    this.#keys = keys
    const { branch } = this.#options.settings
    this.#note(
      head,
      fault && { branch, commit: head, ...(commit !== undefined && { applied: commit }), fault },
    )
    return commit
  }

  /** The branch is at what is applied. */
  noteApplied(head: string): void {
    if (this.#options.git.signatures !== undefined) this.#note(head, undefined)
  }

  #note(head: string, refused: RefusedHead | undefined): void {
    const { log, report, settings } = this.#options
    const before = this.#refused
    this.#refused = refused
    report.commits.noteHead(settings.branch, head, refused)
    const isSame = refused?.commit === before?.commit && refused?.fault.message === before?.fault.message
    if (isSame) return
    if (refused === undefined) log.info({ commit: head }, 'the head of the branch is applied again')
    else {
      const { commit, applied, fault } = refused
      log.error({ commit, applied, ...faultFields(fault) }, 'the head of the branch is not applied')
    }
  }
}
