import { type Piece, parseText } from '../references/references.ts'
import { type Directory, groupsIn, installationsIn } from './directory.ts'

/** Maximum number of distinct paths with references; the files of others count as manifests. */
const MOST_PATTERNS = 1000

/** The paths of values files, as all documents write them: from the root of the repository, with references. */
export function valuesPathsIn(directories: readonly Directory[]): readonly string[] {
  const paths = directories
    .filter(({ isPlain }) => !isPlain)
    .flatMap((directory) => [
      ...[...groupsIn(directory), ...installationsIn(directory)].map(({ document }) => document.valuesFiles),
      ...directory.manifests.flatMap(({ misfits }) => misfits.map(({ valuesFiles }) => valuesFiles)),
    ])
  return [...new Set(paths.flat())]
}

/** @param path from the root of the repository */
export type IsValuesFile = (path: string) => boolean

/**
 * Whether some of the paths may mean a file: a reference in them stands for any text, so that a file is the same
 * whether or not an installation uses it now.
 */
export function pathMatcher(paths: readonly string[]): IsValuesFile {
  const exact = new Set(paths)
  const patterns = paths.filter((path) => path.includes('${')).slice(0, MOST_PATTERNS)
  const read = patterns.map(parseText).flatMap((parsed) => (parsed && 'pieces' in parsed ? parsed : []))
  const literals = read.map(({ pieces }) => literalsIn(pieces))
  return (file) => exact.has(file) || literals.some((each) => isMatch(file, each))
}

/** The texts between references, also the empty ones: the first begins a path, the last ends it. */
function literalsIn(pieces: readonly Piece[]): readonly string[] {
  const literals = ['']
  for (const piece of pieces) {
    if (typeof piece === 'string') literals.push(`${literals.pop()}${piece}`)
    else literals.push('')
  }
  return literals
}

function isMatch(file: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop()
  if (last === undefined) return file === first
  if (!file.startsWith(first)) return false
  let at = first.length
  for (const literal of others) {
    const found = file.indexOf(literal, at)
    if (found < 0) return false
    at = found + literal.length
  }
  return file.length - last.length >= at && file.endsWith(last)
}
