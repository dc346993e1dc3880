import type { Commit } from '../../model/snapshot.ts'
import { DamagedStore } from './damaged-store.ts'

/** A commit and the id of its tree. */
export interface CommitRecord {
  readonly commit: Commit
  readonly tree: string
}

export interface Author {
  readonly name: string
  readonly email: string
}

/** The author and committer of what Reeve commits. */
export const REEVE: Author = { name: 'Reeve', email: 'reeve@localhost' }

/** Reads a commit object (gitformat-commit: headers, an empty line, the message). @throws DamagedStore */
export function parseCommit(oid: string, bytes: Uint8Array): CommitRecord {
  const text = new TextDecoder().decode(bytes)
  const end = text.indexOf('\n\n')
  const headers = text.slice(0, end < 0 ? text.length : end).split('\n')
  const tree = valuesOf(headers, 'tree')[0]
  if (!tree) throw new DamagedStore(`commit ${oid} is damaged`)
  const committer = valuesOf(headers, 'committer')[0] ?? ''
  return {
    tree,
    commit: {
      oid,
      message: end < 0 ? '' : text.slice(end + 2),
      parents: valuesOf(headers, 'parent'),
      committer: committer.replace(/ -?\d+ [+-]\d+$/, ''),
      time: Number(/> (-?\d+) [+-]\d+$/.exec(committer)?.[1] ?? 0),
    },
  }
}

/** Writes a commit object; `time` in seconds since the epoch. */
export function encodeCommit(commit: {
  readonly tree: string
  readonly parent?: string | undefined
  readonly author: Author
  readonly time: number
  readonly message: string
}): Buffer {
  const who = `${commit.author.name} <${commit.author.email}> ${commit.time} +0000`
  const parent = commit.parent ? `parent ${commit.parent}\n` : ''
  const message = commit.message.endsWith('\n') ? commit.message : `${commit.message}\n`
  return Buffer.from(`tree ${commit.tree}\n${parent}author ${who}\ncommitter ${who}\n\n${message}`)
}

/** The object that an annotated tag points to. @throws DamagedStore */
export function parseTagTarget(bytes: Uint8Array): string {
  const target = /^object ([0-9a-f]{40})$/m.exec(new TextDecoder().decode(bytes))?.[1]
  if (!target) throw new DamagedStore('a tag is damaged')
  return target
}

function valuesOf(headers: readonly string[], name: string): string[] {
  return headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))
}
