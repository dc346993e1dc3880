import type { HttpClient } from 'isomorphic-git'
import type { Budgets } from '../../model/budgets.ts'
import type { DownloadClaim } from '../../support/exchange/download-room.ts'
import type { ListedRef } from './advertisement.ts'

/** Settings of one operation. */
export interface OperationOptions {
  readonly signal?: AbortSignal | undefined
  /** Maximum size of the answer to a fetch, in bytes; at most that of the budgets. */
  readonly maxBytes?: number | undefined
  /** Counts the answer to a fetch. */
  readonly claim?: DownloadClaim | undefined
  /** A ref that the remote listed a moment ago: the list that had it suffices. */
  readonly listed?: ListedRef | undefined
  /** Maximum wait for other fetches and pushes, in milliseconds; then git-unreachable. */
  readonly turnWithinMs?: number | undefined
}

/** The connection of one operation to the remote. */
export interface Connection {
  /** The remote's URL in messages, without credentials. */
  readonly url: string
  /** The URL that isomorphic-git asks for. */
  readonly requestUrl: string
  readonly http: HttpClient
  /** The version of Git's protocol that lists refs at the least cost. */
  readonly listVersion: 1 | 2
  readonly signal: AbortSignal
  /** Texts that no message may contain. */
  readonly secrets: () => Promise<readonly string[]>
  /** Call when no request follows that goes on with the last one. */
  readonly settle: () => void
}

/** The way to one remote, over HTTP or SSH. */
export interface Connections extends AsyncDisposable {
  /** Without credentials. */
  readonly url: string
  /** Opens a connection for one operation, until the connections close or the caller's signal aborts. */
  open(options?: OperationOptions): Connection
}

/** The budgets of an operation that may receive so many bytes. */
export function budgetsWithin(budgets: Budgets, maxBytes = Number.POSITIVE_INFINITY): Budgets {
  return { ...budgets, gitAnswer: Math.min(maxBytes, budgets.gitAnswer) }
}
