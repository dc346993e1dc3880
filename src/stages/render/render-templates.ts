import { hash } from 'node:crypto'
import { type Fault, fault } from '../../model/fault.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import type { Notice } from '../../model/notice.ts'
import { nextRelease, type PastRelease, type ReleaseRevision } from '../../model/release.ts'
import type { IgnoreRule } from '../../model/rules.ts'
import { helmHook } from './helm/helm-hook.ts'
import { placeHooks } from './hooks/place-hooks.ts'
import type { Release, Rendered, Renderer } from './renderer.ts'
import type { StandIns } from './secrets/stand-ins.ts'

/** What the templates of an installation render together. */
export interface RenderedTemplates {
  /** Of manifests and overlays. */
  readonly objects: readonly DeclaredObject[]
  /** Of charts: Helm's hooks are in their waves. */
  readonly chartObjects: readonly DeclaredObject[]
  /** Objects of charts that are declared and not applied: what is there stays as it is. */
  readonly leftAlone: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
  readonly ignore: readonly IgnoreRule[]
  readonly notices: readonly Notice[]
  readonly size: number
  /** The one release of all charts. */
  readonly release?: ReleaseRevision
  /** Secrets of the cluster were part of their input. */
  readonly readsSecrets: boolean
  /** Charts among them may look up objects of the cluster. */
  readonly looksUp: boolean
  /** Names that charts make up anew at each rendering, by the place of the object: two of them. */
  readonly madeUp: ReadonlyMap<string, readonly [string, string]>
  /** Renders the same with stand-ins in place of the secrets. */
  readonly again: (standIns: StandIns) => Promise<RenderedTemplates>
}

/** A template, and its input. */
interface ReadyPart {
  readonly renderer: Renderer
  readonly release: Release
}

/**
 * Renders the templates of an installation. Several charts are one release, as the parts of an umbrella chart are: a
 * change of any is an upgrade of all, and their hooks are ordered among each other.
 *
 * @param past what is recorded of the release
 */
export async function renderTemplates(
  parts: readonly ReadyPart[],
  past: PastRelease | undefined,
): Promise<RenderedTemplates> {
  const first = await renderAll(parts, ({ renderer, release }) => renderer.render(release))
  const isWhole = parts.every(({ renderer }, index) => !renderer.isChart || first[index]?.chart)
  const digests = first.flatMap(({ chart }) => chart?.digest ?? [])
  const release = isWhole && digests.length > 0 ? nextRelease(digestOf(digests), past) : undefined
  const last = release && release.revision > 1 ? await upgraded(first, release.revision) : first
  return joined(parts, last, release)
}

function joined(
  parts: readonly ReadyPart[],
  last: readonly Rendered[],
  release: ReleaseRevision | undefined,
): RenderedTemplates {
  const isChart = (_: Rendered, index: number) => parts[index]?.renderer.isChart === true
  const found = last.filter(isChart).flatMap(({ objects }) => objects)
  const placed = release ? placeHooks(found, helmHook, release) : { objects: [], leftAlone: [] }
  return {
    objects: last.filter((each, index) => !isChart(each, index)).flatMap(({ objects }) => objects),
    chartObjects: placed.objects,
    leftAlone: placed.leftAlone,
    faults: last.flatMap(({ faults }) => faults),
    ignore: last.flatMap(({ ignore = [] }) => ignore),
    notices: last.flatMap(({ notices = [] }) => notices),
    size: last.reduce((sum, { size = 0 }) => sum + size, 0),
    ...(release && { release }),
    readsSecrets: last.some(({ readsSecrets }) => readsSecrets),
    looksUp: last.some(({ looksUp }) => looksUp),
    madeUp: new Map(last.flatMap(({ madeUp = [] }) => [...madeUp])),
    again: async (standIns) => {
      const others = await renderAll(parts, async (_, index) => {
        const each = last[index]
        return (await each?.again?.(standIns)) ?? each ?? NOTHING
      })
      return joined(parts, others, release)
    },
  }
}

/** Of a template that was not rendered, as those before it were too large. */
const NOTHING: Rendered = { objects: [], faults: [] }

/** One after the other: what they take up together is bounded. */
async function renderAll(
  parts: readonly ReadyPart[],
  draw: (part: ReadyPart, index: number) => Rendered | Promise<Rendered>,
): Promise<readonly Rendered[]> {
  const rendered: Rendered[] = []
  let total = 0
  for (const [index, part] of parts.entries()) {
    const one = await draw(part, index)
    total += one.size ?? 0
    if (total > part.release.largest && rendered.length > 0) return [...rendered, tooLarge(part.release)]
    rendered.push(one)
  }
  return rendered
}

function tooLarge({ location, largest }: Release): Rendered {
  const details = `its templates render more than ${Math.floor(largest / 1024 ** 2)} MiB`
  return { objects: [], faults: [fault('too-large-rendering', details, { location })] }
}

function upgraded(rendered: readonly Rendered[], revision: number): Promise<readonly Rendered[]> {
  return Promise.all(rendered.map(async (each) => each.chart?.upgradeTo?.(revision) ?? each))
}

function digestOf(digests: readonly string[]): string {
  const [only = '', ...others] = digests
  return others.length === 0 ? only : hash('sha256', digests.join(' ')).slice(0, only.length)
}
