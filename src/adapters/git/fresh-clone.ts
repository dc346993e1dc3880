import { randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { isFault } from '../../model/fault.ts'
import { ifMissing } from '../../support/files/if-missing.ts'
import type { Connection } from './connection.ts'
import { prepareGitDirectory } from './git-directory.ts'
import { localRef, writeRef } from './local-refs.ts'
import { fetchPack } from './transport.ts'

/**
 * Clones the newest commit of each branch into a new git directory, which then replaces `gitdir`. Branches
 * that the remote no longer has are left out. Nothing changes until everything has arrived.
 */
export async function replaceByFreshClone(
  gitdir: string,
  branches: Iterable<string>,
  connection: Connection,
): Promise<void> {
  const fresh = `${gitdir}-${randomUUID()}`
  const old = `${gitdir}-${randomUUID()}`
  try {
    await prepareGitDirectory(fresh, connection.url)
    for (const branch of branches) await cloneBranch(connection, fresh, branch)
    await rename(gitdir, old).catch(ifMissing(undefined))
    await rename(fresh, gitdir)
  } finally {
    await rm(fresh, { recursive: true, force: true })
    await rm(old, { recursive: true, force: true })
  }
}

async function cloneBranch(connection: Connection, gitdir: string, branch: string): Promise<void> {
  const have = localRef(branch)
  try {
    const oid = await fetchPack(connection, { gitdir, have, want: `refs/heads/${branch}`, depth: 1 })
    await writeRef(gitdir, have, oid)
  } catch (error) {
    if (!isFault(error, 'git-no-branch')) throw error
  }
}
