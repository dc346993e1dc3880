import { placedAt } from '../../../model/snapshot.ts'
import { sourceOf } from '../layout.ts'
import { type Directory, directoryWith } from './directory.ts'
import { pathMatcher } from './values-paths.ts'

/**
 * Removes the files of values that documents name, unless they hold Kubernetes objects: such a file is no
 * manifest, and a directory of nothing else is no installation.
 *
 * @param paths as documents write them
 * @param root the Repository's path in the repository; '' for its top
 */
export function withoutValuesFiles(
  directories: readonly Directory[],
  paths: readonly string[],
  root: string,
): readonly Directory[] {
  if (paths.length === 0) return directories
  const isNamed = pathMatcher(paths)
  return directories.flatMap((directory) => {
    const { name, manifests, faults } = directory
    const left = manifests.filter(({ file, isBare }) => !(isBare && isNamed(placedAt(root, file))))
    if (left.length === manifests.length) return [directory]
    if (left.length + faults.length === 0) return []
    const kept = new Set(left.map(({ file }) => file))
    const files = directory.files.filter(({ path }) => kept.has(path))
    return [directoryWith(sourceOf(name, { files, faults }), left)]
  })
}
