import { type Fault, fault, type Location } from '../../../model/fault.ts'
import { quoted } from '../../../model/quoted.ts'
import type { ChartReference } from '../../../model/template.ts'
import { parseVersion } from '../../../model/version.ts'
import { exactVersion, isInRange, parseRange } from '../../../model/version-range.ts'
import {
  type ChartDependency,
  type ChartFile,
  isLocalChart,
  localChart,
} from '../../declare/charts/chart-file.ts'

/** A dependency to be fetched, and its path in the chart that depends on it. */
export interface WantedPackage {
  readonly path: string
  readonly chart: ChartReference
  readonly location: Location
}

/** A dependency in the same repository, and its path in the chart that depends on it. */
export interface LocalChart {
  readonly path: string
  readonly directory: string
  readonly name: string
  readonly location: Location
}

/** Names that are one segment of a path, and no hidden one. */
const NAME = /^[A-Za-z\d][\w.-]{0,249}$/

/**
 * Finds out where a dependency comes from, and its version.
 *
 * @param directory that of the chart that depends on it
 * @param isLocked it is one of a lock file
 * @param chartIn the Chart.yaml of a directory; undefined where it has none
 */
export async function resolveDependency(
  dependency: ChartDependency,
  { directory, isLocked }: { readonly directory: string; readonly isLocked: boolean },
  chartIn: (directory: string) => Promise<ChartFile | undefined>,
): Promise<WantedPackage | LocalChart | Fault> {
  const { name, repository, location } = dependency
  if (!NAME.test(name)) return bad(dependency, 'not the name of a chart')
  if (repository === '') return bad(dependency, 'it names no repository, and charts/ does not have it')
  if (isLocalChart(repository)) return resolveLocal(dependency, { directory, isLocked }, chartIn)
  if (/^(?:@|alias:)/.test(repository))
    return bad(dependency, `${quoted(repository)} is a name in the configuration of Helm on one machine`)
  if (!/^(?:https?|oci):\/\/[^@]+$/.test(repository))
    return bad(dependency, 'its repository is no URL that Reeve fetches from')
  const version = exactVersion(dependency.version)
  if (version !== undefined)
    return { path: pathOf(name, version, '.tgz'), chart: { repository, name, version }, location }
  if (parseRange(dependency.version) === undefined) return noVersion(dependency)
  return fault('unlocked-dependency', `${name} ${dependency.version}`, { location })
}

async function resolveLocal(
  dependency: ChartDependency,
  { directory, isLocked }: { readonly directory: string; readonly isLocked: boolean },
  chartIn: (directory: string) => Promise<ChartFile | undefined>,
): Promise<LocalChart | Fault> {
  const { name, repository, location } = dependency
  const target = localChart(directory, repository)
  if (target === undefined) return bad(dependency, `${quoted(repository)} leads out of the repository`)
  const chart = await chartIn(target)
  if (chart === undefined) return bad(dependency, `${target || '.'} has no Chart.yaml`)
  const version = parseVersion(chart.version)
  const range = parseRange(dependency.version)
  if (range === undefined) return noVersion(dependency)
  if (version && isInRange(version, range))
    return { path: pathOf(name, chart.version), directory: target, name, location }
  const found = `${target || '.'} has the version ${quoted(chart.version)}, not ${dependency.version}`
  return isLocked ? fault('stale-chart-lock', `${name}: ${found}`, { location }) : bad(dependency, found)
}

/** Where Helm puts a dependency. */
function pathOf(name: string, version: string, extension = ''): string {
  return `charts/${name}-${version}${extension}`
}

function noVersion(dependency: ChartDependency): Fault {
  return bad(dependency, `${quoted(dependency.version)} is neither a version nor a range`)
}

function bad({ name, location }: ChartDependency, why: string): Fault {
  return fault('bad-dependency', `${quoted(name)}: ${why}`, { location })
}
