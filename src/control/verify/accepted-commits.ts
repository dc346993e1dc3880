import { readFile } from 'node:fs/promises'
import type { Fault } from '../../model/fault.ts'
import { writeWhole } from '../../support/files/write-whole.ts'
import type { CommitVerifier } from './commit-verifier.ts'

/** What to apply for a head of the branch. */
export interface Choice {
  /** The head, or the commit that was applied last; undefined: none may be. */
  readonly commit: string | undefined
  /** Why the head is not applied. */
  readonly fault?: Fault
}

export interface AcceptedCommitsOptions {
  readonly verifier: Pick<CommitVerifier, 'headFault' | 'newestGood'>
  /** A file that records the commit that was accepted last. */
  readonly notes: string
  readonly branch: string
}

/** The heads that may be applied, and the one that was last, also by an earlier process. */
export class AcceptedCommits {
  readonly #options: AcceptedCommitsOptions

  constructor(options: AcceptedCommitsOptions) {
    this.#options = options
  }

  /**
   * Chooses what to apply.
   * @param current what is applied; undefined at the start of a process
   * @throws FaultError if the remote cannot tell
   */
  async choose(head: string, current: string | undefined): Promise<Choice> {
    const { verifier } = this.#options
    const accepted = current ?? (await this.#noted())
    const fault = await verifier.headFault(head, accepted)
    if (fault === undefined) {
      await this.#note(head)
      return { commit: head }
    }
    if (fault.code === 'signature-keys') return { commit: current, fault }
    return { commit: current ?? (await this.#lastGood(head, accepted)), fault }
  }

  /** What an earlier process applied last, if it is still good; where its note is lost, what leads to the head. */
  async #lastGood(head: string, noted: string | undefined): Promise<string | undefined> {
    const { verifier } = this.#options
    if (noted !== undefined && (await verifier.headFault(noted)) === undefined) return noted
    return verifier.newestGood(head)
  }

  async #noted(): Promise<string | undefined> {
    const { notes, branch } = this.#options
    const text = await readFile(notes, 'utf8').catch(() => '') // an unreadable file counts as none
    const [oid, ...name] = text.trimEnd().split(' ')
    return name.join(' ') === branch ? oid : undefined
  }

  /** Without the note, the commit is found by its signature. */
  async #note(commit: string): Promise<void> {
    const { notes, branch } = this.#options
    await writeWhole(notes, `${commit} ${branch}\n`).catch(() => undefined)
  }
}
