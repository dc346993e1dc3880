import type {
  Engine,
  HelmAnswer,
  LookupQuestion,
  RenderFailure,
  Varying,
} from '../../../adapters/engine/engine.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import type { JsonObject } from '../../../model/json.ts'
import { type Notice, notice } from '../../../model/notice.ts'
import { gvkOf, idOf, keyOf } from '../../../model/object.ts'
import type { IgnoreRule } from '../../../model/rules.ts'
import type { Template } from '../../../model/template.ts'
import type { ReadObjects } from '../read-rendered.ts'
import { failureFault } from '../render-failure.ts'
import type { Release, Rendered } from '../renderer.ts'
import type { StandIns } from '../secrets/stand-ins.ts'
import type { ChartCluster } from './chart-cluster.ts'
import { duplicateKeys } from './duplicate-keys.ts'
import { Lookups } from './lookups.ts'
import { inRepository, type ReadFiles, readAll } from './read-all.ts'
import { type SteadyParts, steadyParts, withoutThose } from './steady-parts.ts'
import { valueFaults } from './value-faults.ts'

export interface ChartReleaseOptions {
  readonly template: Template
  readonly engine: Engine
  readonly cluster: ChartCluster
  /** All values but the chart's own. */
  readonly values: JsonObject
  readonly release: Release
  /** Whether it may look up objects of the cluster. */
  readonly looksUp: boolean
}

/** A rendering, as it was read. */
interface Drawn {
  readonly read: ReadFiles
  readonly steady: SteadyParts
}

/** How a rendering with stand-ins is made. */
interface Twin {
  readonly standIns: StandIns
  readonly skipsSchema: boolean
}

/** The renderings of one release: all of them look up the same objects. */
export class ChartRelease {
  readonly #options: ChartReleaseOptions
  readonly #lookups: Lookups | undefined

  constructor(options: ChartReleaseOptions) {
    const { lookup, refusesSecrets = false } = options.cluster
    this.#options = options
    const { account } = options.release
    this.#lookups = lookup && new Lookups({ ask: (question) => lookup(question, account), refusesSecrets })
  }

  /** @param hasHistory whether a later revision may be another one */
  async render(hasHistory: boolean): Promise<Rendered> {
    const answer = await this.#draw(1)
    if (!answer.ok) return this.#told(this.#failed(answer), 1)
    const { template } = this.#options
    const read = readAll(answer, template)
    const steady = await steadyParts(answer, read, () => this.#drawBare(), template)
    const upgradeTo = async (revision: number) => {
      const upgrade = await this.#draw(revision)
      if (!upgrade.ok) return this.#told(this.#failed(upgrade), revision)
      const upgraded = readAll(upgrade, template, read)
      return this.#told(this.#made(upgraded, steady), revision, { read: upgraded, steady })
    }
    const chart = { digest: steady.digest, ...(hasHistory && { upgradeTo }) }
    return { ...this.#told(this.#made(read, steady), 1, { read, steady }), chart }
  }

  #told(rendered: Rendered, revision: number, drawn?: Drawn): Rendered {
    return {
      ...rendered,
      ...(this.#options.looksUp && { looksUp: true }),
      ...(this.#lookups?.readsSecrets && { readsSecrets: true }),
      again: (standIns) => this.#again(revision, standIns, drawn),
    }
  }

  async #again(revision: number, standIns: StandIns, drawn: Drawn | undefined): Promise<Rendered> {
    const { template } = this.#options
    // The schema says nothing of what is rendered, and stand-ins may not fit it.
    const answer = await this.#draw(revision, { standIns, skipsSchema: drawn !== undefined })
    if (!answer.ok) return this.#failed(answer)
    const read = readAll(answer, template, drawn?.read)
    if (drawn === undefined) return { objects: read.objects, faults: read.faults }
    const { steady } = drawn
    const bare =
      steady.createdOnly.length > 0 ? await this.#drawBare({ standIns, skipsSchema: true }) : undefined
    const createdOnly = bare?.ok ? withoutThose(read.objects, readAll(bare, template).objects) : []
    return this.#made(read, { ...steady, createdOnly }, standIns)
  }

  #draw(revision: number, twin?: Twin): Promise<HelmAnswer> {
    const lookups = this.#lookups
    if (lookups === undefined) return this.#ask(revision, twin)
    const standIns = twin?.standIns
    const lookup = (question: LookupQuestion) =>
      standIns ? lookups.withStandIns(question, standIns) : lookups.answer(question)
    return this.#ask(revision, twin, lookup)
  }

  /** Without what the cluster holds. */
  #drawBare(twin?: Twin): Promise<HelmAnswer> {
    return this.#ask(1, twin)
  }

  #ask(revision: number, twin?: Twin, lookup?: Lookups['answer']): Promise<HelmAnswer> {
    const { template, engine, cluster, values, release } = this.#options
    const { name, namespace } = release
    return engine.helm({
      chart: { key: template.digest, files: async () => filesBelow(template) },
      values: twin ? (twin.standIns.of(values) as JsonObject) : values,
      release: { name, namespace, revision, isUpgrade: revision > 1 },
      capabilities: { kubeVersion: cluster.kubeVersion, apiVersions: cluster.apiVersions },
      ...(lookup && { lookup }),
      ...(twin?.skipsSchema && { skipsSchema: true }),
    })
  }

  #failed(failure: RenderFailure): Rendered {
    const { template, release } = this.#options
    const fileOf = (path: string) => inRepository(path, template)
    const { location } = release
    const found = failureFault('chart-failed', failure, { location, fileOf })
    const refused = this.#lookups?.takeRefused()
    if (refused === undefined) return { objects: [], faults: valueFaults(failure, release) ?? [found] }
    return { objects: [], faults: [{ ...refused, location }] }
  }

  #made(read: ReadObjects, steady: SteadyParts, standIns?: StandIns): Rendered {
    const { location, secrets } = this.#options.release
    const { objects: found, faults, duplicates, size } = read
    const once = withoutThose(found, steady.createdOnly)
    const objects = withVarying([...found, ...once], steady)
    const { functions } = steady.made
    return {
      objects,
      faults,
      size,
      madeUp: steady.madeUp,
      ignore: [...once.map((each) => leave(each, [''])), ...objects.flatMap(leaveVarying)],
      notices: [
        ...(functions.length > 0 ? [varyingNotice(steady.made, location)] : []),
        ...duplicateKeys(duplicates, standIns ? standIns.secrets : secrets),
      ],
    }
  }
}

function filesBelow({ directory, files }: Template): ReadonlyMap<string, Uint8Array> {
  return new Map([...files].map(([path, bytes]) => [path.slice(directory.length + 1), bytes]))
}

function withVarying(
  objects: readonly DeclaredObject[],
  { varying }: SteadyParts,
): readonly DeclaredObject[] {
  if (varying.size === 0) return objects
  return objects.map((declared) => {
    const fields = varying.get(idOf(keyOf(declared.object)))
    return fields ? { ...declared, varying: fields } : declared
  })
}

function leaveVarying(declared: DeclaredObject): readonly IgnoreRule[] {
  return declared.varying ? [leave(declared, declared.varying)] : []
}

/** The fields are set once, when the object is created. */
function leave({ object }: DeclaredObject, fields: readonly string[]): IgnoreRule {
  const { group, kind } = gvkOf(object)
  return { objects: { group, kind, name: object.metadata.name }, fields, managers: [], once: [] }
}

function varyingNotice({ files, functions }: Varying, location: Release['location']): Notice {
  const paths = files.map((path) => path.slice(path.indexOf('/') + 1))
  return notice('varying-template', `${paths.join(', ')} (${functions.join(', ')})`, { location })
}
