import { belowRoot, type FileTree, placedBelow, type Snapshot } from '../../model/snapshot.ts'

/** A commit's tree that does not list again what is below the Repository's path. */
export function listedTree({ entries, root, readBlobs, entriesBelow }: Snapshot): FileTree {
  let ranges: ReadonlyMap<string, Range> | undefined
  return {
    readBlobs,
    entriesBelow: async (path) => {
      const directory = belowRoot(path, root)
      if (directory === undefined) return entriesBelow(path)
      ranges ??= rangesOf(entries)
      const { start, end } = ranges.get(directory) ?? { start: 0, end: 0 }
      return placedBelow(root, entries.slice(start, end))
    },
  }
}

/** Indexes of the entries below a directory, which come one after the other. */
interface Range {
  readonly start: number
  end: number
}

function rangesOf(entries: Snapshot['entries']): ReadonlyMap<string, Range> {
  const ranges = new Map<string, Range>([['', { start: 0, end: entries.length }]])
  for (const [index, { path }] of entries.entries()) {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const directory = path.slice(0, slash)
      const range = ranges.get(directory) ?? { start: index, end: index }
      range.end = index + 1
      ranges.set(directory, range)
    }
  }
  return ranges
}
