import { hash } from 'node:crypto'
import type {
  Engine,
  HelmAnswer,
  HelmRendering,
  HelmRequest,
  LookupAnswer,
  LookupQuestion,
  RenderFailure,
  Varying,
} from '../../../adapters/engine/engine.ts'
import type { Decrypt } from '../../../model/decrypt.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import { writeJson } from '../../../model/json.ts'
import { type Notice, notice } from '../../../model/notice.ts'
import { gvkOf, idOf, keyOf, type ObjectId } from '../../../model/object.ts'
import type { IgnoreRule } from '../../../model/rules.ts'
import type { Template } from '../../../model/template.ts'
import { mergeValues } from '../../declare/fleet/merge-values.ts'
import { readDefaults } from '../read-defaults.ts'
import { type ReadObjects, readRendered } from '../read-rendered.ts'
import { failureFault } from '../render-failure.ts'
import type { Release, Rendered, Renderer } from '../renderer.ts'
import { templateFaults } from '../template-faults.ts'
import { compareRenderings } from './compare-renderings.ts'
import { duplicateKeys } from './duplicate-keys.ts'
import { longIntegers } from './long-integers.ts'
import { valueFaults } from './value-faults.ts'

/** Data about the cluster that charts may query. */
export interface ChartCluster {
  /** The API server's gitVersion, such as `v1.36.3`. */
  readonly kubeVersion: string
  /** `apps/v1` and `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[]
  /** Undefined without a cluster: lookups then find nothing. */
  readonly lookup?: (question: LookupQuestion) => Promise<LookupAnswer>
}

/** Renders a Helm chart as `helm install` does. */
export async function helmRenderer(
  template: Template,
  engine: Engine,
  cluster: ChartCluster,
  decrypt: Decrypt,
): Promise<Renderer> {
  const faults = templateFaults(template)
  if (faults.length > 0)
    return { digest: template.digest, isChart: true, render: () => ({ objects: [], faults }) }
  const read = await readDefaults(template, decrypt)
  if ('faults' in read && read.faults.some(({ code }) => code === 'undecryptable'))
    return {
      digest: template.digest,
      isChart: true,
      isUndecryptable: true,
      render: () => ({ objects: [], faults: read.faults }),
    }
  const defaults = 'faults' in read ? undefined : read // Helm reports any other fault of them
  const clear = defaults?.secrets ? defaults.layer.values : {} // Helm would read the encrypted texts
  const chart = { key: template.digest, files: async () => filesBelow(template) }
  const hasHistory = mentions(template, RELEASE_HISTORY)
  const requestFor = ({ name, namespace, values }: Release, revision: number): HelmRequest => ({
    chart,
    values: mergeValues(clear, values),
    release: { name, namespace, revision, isUpgrade: revision > 1 },
    capabilities: { kubeVersion: cluster.kubeVersion, apiVersions: cluster.apiVersions },
    ...(cluster.lookup && { lookup: cluster.lookup }),
  })
  return {
    digest: template.digest,
    isChart: true,
    ...(defaults && { defaults: defaults.layer }),
    ...(defaults?.secrets && { secrets: defaults.secrets }),
    ...(mentions(template, CAPABILITIES) && { cluster: digestOfCluster(cluster) }),
    render: async (release) => {
      const long = [
        ...longIntegers(
          clear,
          (pointer) => defaults?.layer.placeOf(pointer) ?? release.location,
          release.secrets,
        ),
        ...longIntegers(release.values, release.placeOf, release.secrets),
      ]
      if (long.length > 0) return { objects: [], faults: long }
      const answer = await engine.helm(requestFor(release, 1))
      if (!answer.ok) return failed(answer, template, release)
      const { lookup: _, ...bare } = requestFor(release, 1)
      const read = readAll(answer, template)
      const steady = await steadyParts(answer, read, () => engine.helm(bare), template)
      const upgradeTo = async (revision: number) => {
        const upgrade = await engine.helm(requestFor(release, revision))
        return upgrade.ok
          ? rendered(readAll(upgrade, template), steady, release)
          : failed(upgrade, template, release)
      }
      const chart = { digest: steady.digest, ...(hasHistory && { upgradeTo }) }
      return { ...rendered(read, steady, release), chart }
    },
  }
}

/** Digest of the data that charts may see besides objects. */
export function digestOfCluster({ kubeVersion, apiVersions }: ChartCluster): string {
  return hash('sha256', JSON.stringify([kubeVersion, apiVersions]))
}

const CAPABILITIES = /Capabilities|kubeVersion/
/** What charts see of the releases before. */
const RELEASE_HISTORY = /IsInstall|IsUpgrade|Revision/

/** Whether a chart may use something. Packaged subcharts are not inspected: they may use anything. */
function mentions({ files }: Template, pattern: RegExp): boolean {
  return [...files].some(
    ([path, bytes]) => path.endsWith('.tgz') || pattern.test(Buffer.from(bytes).toString('latin1')),
  )
}

function filesBelow({ directory, files }: Template): ReadonlyMap<string, Uint8Array> {
  return new Map([...files].map(([path, bytes]) => [path.slice(directory.length + 1), bytes]))
}

function failed(failure: RenderFailure, template: Template, release: Release): Rendered {
  const faults = valueFaults(failure, release) ?? [
    failureFault('chart-failed', failure, placeOf(template, release)),
  ]
  return { objects: [], faults }
}

function rendered(read: ReadObjects, steady: SteadyParts, { location, secrets }: Release): Rendered {
  const { objects: found, faults, duplicates, size } = read
  const once = withoutThose(found, steady.createdOnly)
  const objects = withVarying([...found, ...once], steady)
  const { functions } = steady.made
  return {
    objects,
    faults,
    size,
    ignore: [...once.map((each) => leave(each, [''])), ...objects.flatMap(leaveVarying)],
    notices: [
      ...(functions.length > 0 ? [varyingNotice(steady.made, location)] : []),
      ...duplicateKeys(duplicates, secrets),
    ],
  }
}

/** The parts of a release that do not depend on what the cluster holds, nor on chance. */
interface SteadyParts {
  readonly digest: string
  /** JSON pointers of the fields that the chart makes up when an object is created. */
  readonly varying: ReadonlyMap<ObjectId, readonly string[]>
  /** What makes them up. */
  readonly made: Varying
  /** Objects that the chart renders only where they do not exist: they are created once, and never pruned. */
  readonly createdOnly: readonly DeclaredObject[]
}

/**
 * A chart that looks up what it made up before renders that again and makes up nothing any more: so it is rendered
 * without its lookups, as at its first installation, and twice if it makes up something.
 *
 * @param again renders it without lookups
 */
async function steadyParts(
  answer: HelmRendering,
  { objects: found }: ReadObjects,
  again: () => Promise<HelmAnswer>,
  template: Template,
): Promise<SteadyParts> {
  const bare = answer.lookups.length > 0 ? await again() : answer
  const first = bare.ok ? bare : answer
  const objects = first === answer ? found : readAll(first, template).objects
  const makesUp = first.varying.files.length > 0
  const twin = makesUp ? await again() : undefined
  const { varying, steady } = compareRenderings(objects, twin?.ok ? readAll(twin, template).objects : objects)
  const digest = digestOf(makesUp ? writeJson(steady) : textsOf(first))
  const createdOnly = objects === found ? [] : withoutThose(found, objects)
  return { digest, varying, made: first.varying, createdOnly }
}

function textsOf({ crds, files }: HelmRendering): string {
  return JSON.stringify([...crds, ...files].map(({ path, text }) => [path, text]))
}

function digestOf(text: string): string {
  return hash('sha256', text).slice(0, 16)
}

function withoutThose(
  present: readonly DeclaredObject[],
  objects: readonly DeclaredObject[],
): readonly DeclaredObject[] {
  const ids = new Set(present.map(({ object }) => idOf(keyOf(object))))
  return objects.filter(({ object }) => !ids.has(idOf(keyOf(object))))
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

/** Of duplicate keys Helm sends the last, so that they are no faults. */
function readAll({ crds, files }: HelmRendering, template: Template): ReadObjects {
  const read = [...crds, ...files].map(({ path, text }) => readRendered(text, inRepository(path, template)))
  return {
    objects: read.flatMap(({ objects }) => objects),
    faults: read.flatMap(({ faults }) => faults.filter(({ code }) => code !== 'yaml-duplicate-key')),
    duplicates: read.flatMap(({ duplicates }) => duplicates),
    size: read.reduce((sum, { size }) => sum + size, 0),
  }
}

/** Helm's paths begin with the chart's name. */
function inRepository(path: string, { directory }: Template): string {
  return `${directory}/${path.slice(path.indexOf('/') + 1)}`
}

function placeOf(template: Template, { location }: Release) {
  return { location, fileOf: (path: string) => inRepository(path, template) }
}

function varyingNotice({ files, functions }: Varying, location: Release['location']): Notice {
  const paths = files.map((path) => path.slice(path.indexOf('/') + 1))
  return notice('varying-template', `${paths.join(', ')} (${functions.join(', ')})`, { location })
}
