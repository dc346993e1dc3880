import { LRUCache } from 'lru-cache'
import type { Repository } from '../../adapters/git/repository.ts'
import { checkSignature } from '../../adapters/git/signature/check-signature.ts'
import { SignatureProblem } from '../../adapters/git/signature/signature-problem.ts'
import { digestOf, keysIn, readSignerFiles } from '../../adapters/git/signature/signer-files.ts'
import type { SignerKeys } from '../../adapters/git/signature/signer-keys.ts'
import { type Fault, FaultError, fault, isFault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { VerifyRule } from '../../model/signing.ts'
import type { Commit, TreeEntry } from '../../model/snapshot.ts'
import { commitFault, headFault } from './judge.ts'
import type { Look } from './look.ts'
import type { Verdict } from './verdict.ts'

/** Number of commits whose signatures are remembered. */
const REMEMBERED = 5_000
/**
 * Number of commits that are fetched at once, going back: a change of more that the forge merged is not merged anew
 * where the clone begins at the merge.
 */
const FETCHED = 250
/** Maximum number of commits looked at for one that is signed, going back. */
const MOST_BACK = 500
/** Maximum wait for other fetches, in milliseconds. */
const TURN_WITHIN_MS = 60_000

/** Faults for which two commits cannot be merged, however often it is tried. */
const UNMERGED: readonly FaultCode[] = ['git-no-commit', 'review-too-large', 'unrelated-histories']

export interface CommitVerifierOptions {
  readonly rule: VerifyRule
  readonly repository: Pick<
    Repository,
    'readCommit' | 'readRawCommit' | 'fetchCommit' | 'treeEntries' | 'merge' | 'mergedEntries'
  >
  readonly branch: string
  /** Number of commits that are fetched at once; by default 250. */
  readonly atOnce?: number
}

interface Keys {
  readonly digest: string
  readonly own: SignerKeys
  readonly forge: SignerKeys | undefined
}

/** Tells which commits are signed as the configuration requires. Keys may be renewed at any time. */
export class CommitVerifier {
  readonly #options: CommitVerifierOptions
  readonly #good = new LRUCache<string, Verdict>({ max: REMEMBERED })
  #keys: Keys | undefined

  constructor(options: CommitVerifierOptions) {
    this.#options = options
  }

  /** Changes with the files of keys; undefined while they cannot be read. */
  async keysDigest(): Promise<string | undefined> {
    return this.#readKeys().then(
      ({ digest }) => digest,
      (error) => {
        if (error instanceof FaultError) return undefined
        throw error
      },
    )
  }

  /**
   * Why a head may not be applied; undefined if it may.
   * @param accepted the commit that was applied last
   * @throws FaultError if the remote cannot tell
   */
  async headFault(head: string, accepted?: string): Promise<Fault | undefined> {
    return this.#judged(head, (commit, judgement) => headFault(commit, accepted, judgement))
  }

  /** Whether a commit that is here is signed by a listed key that counts: whoever wrote its message. */
  async isSigned(oid: string): Promise<boolean> {
    const { rule } = this.#options
    try {
      const verdict = await this.#verdict(oid, await this.#readKeys())
      return 'by' in verdict && (verdict.by === 'signer' || rule.forge?.merges === 'allow')
    } catch (error) {
      if (isFault(error, 'signature-keys')) return false
      throw error
    }
  }

  /**
   * The newest commit before a head that is signed as it has to be, going back by first parents; undefined if none
   * is near.
   */
  async newestGood(head: string): Promise<string | undefined> {
    const { repository } = this.#options
    let oid: string | undefined = (await repository.readCommit(head))?.parents[0]
    for (let count = 0; oid !== undefined && count < MOST_BACK; count += 1) {
      const problem = await this.#judged(oid, (commit, judgement) =>
        commitFault(commit, undefined, judgement),
      )
      if (problem === undefined) return oid
      const commit: Commit | undefined = await repository.readCommit(oid)
      oid = commit?.parents[0]
    }
    return undefined
  }

  /** A fault of the keys is one of each commit. */
  async #judged(
    oid: string,
    judge: (
      commit: Commit,
      judgement: { readonly rule: VerifyRule; readonly look: Look },
    ) => Promise<Fault | undefined>,
  ): Promise<Fault | undefined> {
    const { rule } = this.#options
    try {
      const look = this.#look(await this.#readKeys())
      const commit = await look.commit(oid)
      if (commit === undefined) return fault('git-no-commit', oid)
      return await judge(commit, { rule, look })
    } catch (error) {
      if (isFault(error, 'signature-keys')) return error.fault
      throw error
    }
  }

  #look(keys: Keys): Look {
    const { repository } = this.#options
    return {
      commit: async (oid) => ((await this.#bring(oid)) ? repository.readCommit(oid) : undefined),
      verdict: (oid) => this.#verdict(oid, keys),
      entries: async (oid) =>
        entriesOf((await this.#bring(oid)) ? await repository.treeEntries(oid, '') : []),
      merged: (first, second) => this.#merged(first, second),
    }
  }

  async #merged(first: string, second: string): Promise<ReadonlyMap<string, string> | string> {
    const { repository, branch } = this.#options
    try {
      for (const oid of [first, second]) await this.#bring(oid)
      const merge = await repository.merge({ head: second, ref: second }, { branch, commit: first })
      if (merge === undefined) return entriesOf(await repository.treeEntries(first, ''))
      const [conflict] = merge.conflicts
      if (conflict !== undefined) return `both sides change ${conflict}`
      return entriesOf(await repository.mergedEntries(merge, ''))
    } catch (error) {
      if (isFault(error, ...UNMERGED)) return error.fault.message
      throw error
    }
  }

  /** What holds goes on to hold by the same keys; what does not may hold later. */
  async #verdict(oid: string, keys: Keys): Promise<Verdict> {
    const known = this.#good.get(`${keys.digest} ${oid}`)
    if (known) return known
    const raw = (await this.#bring(oid)) ? await this.#options.repository.readRawCommit(oid) : undefined
    if (raw === undefined) return { code: 'git-no-commit', details: '' }
    const verdict = await this.#check(oid, raw, keys)
    if ('by' in verdict) this.#good.set(`${keys.digest} ${oid}`, verdict)
    return verdict
  }

  async #check(oid: string, raw: Uint8Array, { own, forge }: Keys): Promise<Verdict> {
    const { principals } = this.#options.rule
    const found = await verdictBy('signer', checkSignature(oid, raw, { keys: own, principals }))
    if ('by' in found || forge === undefined) return found
    const byForge = await verdictBy('forge', checkSignature(oid, raw, { keys: forge }))
    return 'by' in byForge || found.code === 'unknown-signer' ? pick(byForge, found) : found
  }

  async #readKeys(): Promise<Keys> {
    const { keys, forge } = this.#options.rule
    const files = await readSignerFiles([...new Set([...keys, ...(forge?.keys ?? [])])])
    const digest = digestOf(files)
    if (this.#keys?.digest === digest) return this.#keys
    const own = await keysIn(files, keys)
    this.#keys = { digest, own, forge: forge && (await keysIn(files, forge.keys)) }
    return this.#keys
  }

  /** Fetches a commit that is not here, with some before it; false if it is gone. */
  async #bring(oid: string): Promise<boolean> {
    const { repository, branch, atOnce: depth = FETCHED } = this.#options
    if ((await repository.readCommit(oid)) !== undefined) return true
    const options = { branch, depth, turnWithinMs: TURN_WITHIN_MS }
    return repository.fetchCommit(oid, options).then(
      () => true,
      (error) => {
        if (isFault(error, 'git-no-commit')) return false
        throw error
      },
    )
  }
}

function entriesOf(entries: readonly TreeEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.map(({ path, type, oid }) => [path, `${type} ${oid}`]))
}

/** A signature of a forge's key that does not hold says more than that it is no other's. */
function pick(byForge: Verdict, found: Verdict): Verdict {
  return 'by' in byForge || byForge.code === 'bad-signature' ? byForge : found
}

async function verdictBy(by: 'signer' | 'forge', checked: Promise<unknown>): Promise<Verdict> {
  try {
    await checked
    return { by }
  } catch (error) {
    if (!(error instanceof SignatureProblem)) throw error
    return { code: error.code, details: error.message }
  }
}
