import type { Look } from '../../../src/control/verify/look.ts'
import type { Verdict } from '../../../src/control/verify/verdict.ts'
import type { Commit } from '../../../src/model/snapshot.ts'

/** A commit of a made-up history: what it names in place of ids. */
export interface Told {
  readonly parents?: readonly string[]
  /** `signer` by default. */
  readonly by?: 'signer' | 'forge' | 'nobody' | 'stranger'
  readonly files?: Readonly<Record<string, string>>
  /** By default later than those before it. */
  readonly time?: number
}

/** Each commit follows those that its entry names; ids are filled to 40 characters. */
export function historyOf(
  told: Readonly<Record<string, Told>>,
): Look & { readonly looked: readonly string[] } {
  const names = Object.keys(told)
  const looked: string[] = []
  return {
    looked,
    commit: async (oid) => {
      looked.push(nameOf(oid))
      const one = told[nameOf(oid)]
      return one && commitOf(nameOf(oid), one, one.time ?? names.indexOf(nameOf(oid)))
    },
    verdict: async (oid): Promise<Verdict> => {
      const by = told[nameOf(oid)]?.by ?? 'signer'
      if (by === 'nobody') return { code: 'unsigned-commit', details: '' }
      return by === 'stranger' ? { code: 'unknown-signer', details: 'key 7 is not listed' } : { by }
    },
    entries: async (oid) => new Map(Object.entries(told[nameOf(oid)]?.files ?? {})),
    merged: async (first, second) => {
      const [base, ours, theirs] = ['a', first, second].map((oid) => told[nameOf(oid)]?.files ?? {})
      const paths = new Set([...Object.keys(ours ?? {}), ...Object.keys(theirs ?? {})])
      const files = [...paths].map((path) => {
        const [b, o, t] = [base?.[path], ours?.[path], theirs?.[path]]
        return [path, o === b ? t : o] as const
      })
      return new Map(files.flatMap(([path, file]) => (file === undefined ? [] : [[path, file] as const])))
    },
  }
}

export function idOf(name: string): string {
  return name.padEnd(40, '_')
}

export function nameOf(oid: string): string {
  return oid.replaceAll('_', '')
}

function commitOf(name: string, { parents = [] }: Told, time: number): Commit {
  return { oid: idOf(name), message: name, parents: parents.map(idOf), committer: 'Ann <ann@x>', time }
}
