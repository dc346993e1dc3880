import { type Directory, isChartDirectory, pathOf } from './directory.ts'

/** A directory with a kustomization. */
export interface KustomizedDirectory {
  /** Below the Repository's path; '' for the top. */
  readonly path: string
  /** The kustomization. */
  readonly file: string
  readonly isComponent: boolean
  readonly readsBelow: boolean
  /** Paths of the other directories and of the files that it refers to. */
  readonly targets: readonly string[]
}

/** The directories with a kustomization, by path. With a Chart.yaml as well, it is one of Helm. */
export function kustomizedDirectories(
  directories: readonly Directory[],
): ReadonlyMap<string, KustomizedDirectory> {
  const found = directories.flatMap((directory) =>
    directory.isPlain || isChartDirectory(directory) ? [] : kustomizedOf(directory),
  )
  return new Map(found.map((each) => [each.path, each]))
}

function kustomizedOf(directory: Directory): readonly KustomizedDirectory[] {
  const { manifests } = directory
  const all = manifests.flatMap(({ kustomization }) => kustomization ?? [])
  const file = manifests.find(({ kustomization }) => kustomization)?.file
  if (file === undefined) return []
  return [
    {
      path: pathOf(directory),
      file,
      isComponent: all.some(({ isComponent }) => isComponent),
      readsBelow: all.some(({ readsBelow }) => readsBelow),
      targets: all.flatMap(({ targets }) => targets),
    },
  ]
}
