import promises from 'node:fs/promises'
import { Errors, fetch, getRemoteInfo2, listServerRefs, type ServerRef } from 'isomorphic-git'
import { FaultError, fault } from '../../model/fault.ts'
import { writeWhole } from '../../support/files/write-whole.ts'
import type { Connection } from './connection.ts'
import { DamagedStore } from './damaged-store.ts'
import { unreachable } from './git-fault.ts'

/**
 * File access for isomorphic-git that writes files whole, for this user alone. A process killed during a write would leave a
 * truncated list of shallow commits, and the server would then leave out commits that it assumes are here.
 */
const FILES = {
  promises: {
    ...promises,
    writeFile: (path: string, content: string | Uint8Array) => writeWhole(path, content),
    mkdir: (path: string) => promises.mkdir(path, { mode: 0o700 }),
  },
}

/** Errors of isomorphic-git for answers that make no sense. */
const NONSENSE: readonly string[] = [
  Errors.ParseError.code,
  Errors.InvalidOidError.code,
  Errors.EmptyServerResponseError.code,
  Errors.SmartHttpError.code,
  Errors.HttpError.code,
  Errors.RemoteCapabilityError.code,
]

/** The remote's refs with the prefix, tags peeled. One request, or two if there are many refs. */
export async function listRefs(connection: Connection, prefix: string): Promise<Map<string, string>> {
  const refs = await askForRefs(connection, prefix)
    .catch((error) => {
      throw networkError(error, connection)
    })
    .finally(connection.settle)
  return new Map(
    refs.filter(({ ref }) => ref.startsWith(prefix)).map(({ ref, oid, peeled }) => [ref, peeled ?? oid]),
  )
}

async function askForRefs(
  { requestUrl: url, http, listVersion }: Connection,
  prefix: string,
): Promise<ServerRef[]> {
  const info = await (listVersion === 1 ? getRemoteInfo2({ url, http, protocolVersion: 1 }) : undefined)
  return info?.refs ?? listServerRefs({ url, http, prefix, protocolVersion: 2, peelTags: true })
}

export interface FetchOptions {
  readonly gitdir: string
  /** The local ref whose commit the server may assume is here. */
  readonly have: string
  /** A full ref, or the id of a commit if the server allows that. */
  readonly want: string
  /** Without it, everything new since `have`; with it, all of that many commits again. */
  readonly depth?: number | undefined
  /** A full ref of the remote whose commits are left out, with all that only they lead to. */
  readonly without?: string | undefined
}

/** Fetches one ref into a pack. @returns the id that it names @throws FaultError git-no-branch and others */
export async function fetchPack(connection: Connection, options: FetchOptions): Promise<string> {
  const { requestUrl: url, http } = connection
  const { gitdir, have, want, depth, without } = options
  const { fetchHead } = await fetch({
    fs: FILES,
    url,
    http,
    gitdir,
    remote: 'origin',
    ref: have,
    remoteRef: want,
    singleBranch: true,
    tags: false,
    ...(depth && { depth }),
    ...(without !== undefined && { exclude: [without] }),
    cache: {},
  })
    .catch((error) => {
      if (error instanceof Errors.NotFoundError) throw noBranch(want)
      throw networkError(error, connection)
    })
    .finally(connection.settle)
  if (!fetchHead) throw noBranch(want, ' (the repository is empty)')
  return fetchHead
}

function noBranch(want: string, why = ''): FaultError {
  return new FaultError(fault('git-no-branch', want.replace(/^refs\/heads\//, '') + why))
}

/**
 * Keeps the caller's abort reason and faults; nonsense is the server's error, anything else the local copy's.
 */
export function networkError(error: unknown, { url, signal }: Connection): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof FaultError) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (NONSENSE.includes(code)) return unreachable(url, error)
  return new DamagedStore('isomorphic-git cannot work with the local copy', { cause: error })
}
