import promises from 'node:fs/promises'
import { Errors, fetch, getRemoteInfo2, listServerRefs, type ServerRef } from 'isomorphic-git'
import { FaultError, fault } from '../../model/fault.ts'
import { writeWhole } from '../../support/files/write-whole.ts'
import type { Connection } from './connection.ts'
import { DamagedStore } from './damaged-store.ts'
import { unreachable } from './git-fault.ts'

/**
 * The files as isomorphic-git writes them, only whole. A process killed in the middle would leave a
 * list of shallow commits that is cut short, and the server would leave out what it takes for fetched.
 */
const FILES = { promises: { ...promises, writeFile: writeWhole } }

/** Errors of isomorphic-git that mean: the server's answer makes no sense. */
const NONSENSE: readonly string[] = [
  Errors.ParseError.code,
  Errors.InvalidOidError.code,
  Errors.EmptyServerResponseError.code,
  Errors.SmartHttpError.code,
  Errors.HttpError.code,
  Errors.RemoteCapabilityError.code,
]

/** The remote's refs that begin with the prefix, tags peeled. One request, or two where refs are many. */
export async function listRefs(connection: Connection, prefix: string): Promise<Map<string, string>> {
  const refs = await askForRefs(connection, prefix).catch((error) => {
    throw networkError(error, connection)
  })
  return new Map(
    refs.filter(({ ref }) => ref.startsWith(prefix)).map(({ ref, oid, peeled }) => [ref, peeled ?? oid]),
  )
}

async function askForRefs({ url, http, listVersion }: Connection, prefix: string): Promise<ServerRef[]> {
  const info = await (listVersion === 1 ? getRemoteInfo2({ url, http, protocolVersion: 1 }) : undefined)
  return info?.refs ?? listServerRefs({ url, http, prefix, protocolVersion: 2, peelTags: true })
}

export interface FetchOptions {
  readonly gitdir: string
  /** The local ref whose commit the server may take for granted. */
  readonly have: string
  /** What to fetch: a full ref, or the id of a commit where the server allows that. */
  readonly want: string
  /** Without it, all that is new since `have`; with it, everything of that many commits again. */
  readonly depth?: number | undefined
}

/** Fetches one ref into a pack. @returns the id that it names @throws FaultError git-no-branch and others */
export async function fetchPack(connection: Connection, options: FetchOptions): Promise<string> {
  const { url, http } = connection
  const { gitdir, have, want, depth } = options
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
    cache: {},
  }).catch((error) => {
    if (error instanceof Errors.NotFoundError) throw noBranch(want)
    throw networkError(error, connection)
  })
  if (!fetchHead) throw noBranch(want, ' (the repository is empty)')
  return fetchHead
}

function noBranch(want: string, why = ''): FaultError {
  return new FaultError(fault('git-no-branch', want.replace(/^refs\/heads\//, '') + why))
}

/** The caller's own reason, faults as they are; nonsense is the server's, all else the local copy's. */
export function networkError(error: unknown, { url, signal }: Connection): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof FaultError) return error
  const { code = '' } = error as NodeJS.ErrnoException
  if (NONSENSE.includes(code)) return unreachable(url, error)
  return new DamagedStore('isomorphic-git cannot work with it', { cause: error })
}
