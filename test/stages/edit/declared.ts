import { hash } from 'node:crypto'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import type { Snapshot, TreeEntry } from '../../../src/model/snapshot.ts'
import { declareTree } from '../../../src/stages/declare/declare-tree.ts'
import type { CommitTree } from '../../../src/stages/declare/mixed-declaration.ts'

export type Files = Readonly<Record<string, string>>

/** A commit with these files, declared. @param root the Repository's path */
export async function declared(files: Files, root = ''): Promise<CommitTree> {
  const contents = new Map<string, Uint8Array>()
  const all = Object.entries(files).map(([path, text]): TreeEntry => {
    const oid = hash('sha1', text)
    contents.set(oid, Buffer.from(text))
    return { path, oid, type: 'file' }
  })
  all.sort((a, b) => (a.path < b.path ? -1 : 1))
  const entriesBelow = async (directory: string) =>
    directory === '' ? all : all.filter(({ path }) => path.startsWith(`${directory}/`))
  const entries = (await entriesBelow(root)).map((entry) => ({
    ...entry,
    path: root === '' ? entry.path : entry.path.slice(root.length + 1),
  }))
  const snapshot: Snapshot = {
    commit: { oid: '0'.repeat(40), message: '', parents: [], committer: '', time: 0 },
    root,
    entries,
    entriesBelow,
    readBlobs: async (oids) =>
      new Map(oids.flatMap((oid) => (contents.has(oid) ? [[oid, contents.get(oid) as Uint8Array]] : []))),
  }
  const { decrypt } = new Keyring()
  return { snapshot, tree: await declareTree(snapshot, { decrypt, onUnforeseen: () => {} }) }
}

export const group = (name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: ${name}}\nspec:\n${spec}`

export const installation = (name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec:\n${spec}`

export const TEMPLATE = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\n'
