import { hash } from 'node:crypto'
import type {
  Engine,
  HelmAnswer,
  HelmRendering,
  HelmRequest,
  LookupAnswer,
  LookupQuestion,
} from '../../../adapters/engine/engine.ts'
import type { Decrypt } from '../../../model/decrypt.ts'
import { type Notice, notice } from '../../../model/notice.ts'
import type { Template } from '../../../model/template.ts'
import { mergeValues } from '../../declare/fleet/merge-values.ts'
import { readDefaults } from '../read-defaults.ts'
import { type ReadObjects, readRendered } from '../read-rendered.ts'
import type { Release, Rendered, Renderer } from '../render.ts'
import { failureFault } from '../render-failure.ts'
import { releaseObjects } from './release-objects.ts'
import { valueFaults } from './value-faults.ts'
import { varyingFields } from './varying-fields.ts'

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
  const read = await readDefaults(template, decrypt)
  if ('fault' in read && read.fault.code === 'undecryptable')
    return {
      digest: template.digest,
      isUndecryptable: true,
      render: () => ({ objects: [], faults: [read.fault] }),
    }
  const defaults = 'fault' in read ? undefined : read // Helm reports any other fault of them
  const clear = defaults?.secrets ? defaults.layer.values : {} // Helm would read the encrypted texts
  const chart = { key: template.digest, files: async () => filesBelow(template) }
  const requestFor = ({ name, namespace, values }: Release): HelmRequest => ({
    chart,
    values: mergeValues(clear, values),
    release: { name, namespace },
    capabilities: { kubeVersion: cluster.kubeVersion, apiVersions: cluster.apiVersions },
    ...(cluster.lookup && { lookup: cluster.lookup }),
  })
  return {
    digest: template.digest,
    ...(defaults && { defaults: defaults.layer }),
    ...(defaults?.secrets && { secrets: defaults.secrets }),
    ...(asksForCapabilities(template) && { cluster: digestOfCluster(cluster) }),
    render: async (release) => {
      const answer = await engine.helm(requestFor(release))
      if (!answer.ok)
        return {
          objects: [],
          faults: valueFaults(answer, release) ?? [
            failureFault('chart-failed', answer, placeOf(template, release)),
          ],
        }
      const again = answer.varying.files.length > 0 ? await engine.helm(requestFor(release)) : undefined
      return objectsOf(answer, again, template, release)
    },
  }
}

/** Digest of the data that charts may see besides objects. */
export function digestOfCluster({ kubeVersion, apiVersions }: ChartCluster): string {
  return hash('sha256', JSON.stringify([kubeVersion, apiVersions]))
}

/** Packaged subcharts are not inspected: they may use capabilities. */
function asksForCapabilities({ files }: Template): boolean {
  return [...files].some(
    ([path, bytes]) =>
      path.endsWith('.tgz') || /Capabilities|kubeVersion/.test(Buffer.from(bytes).toString('latin1')),
  )
}

function filesBelow({ directory, files }: Template): ReadonlyMap<string, Uint8Array> {
  return new Map([...files].map(([path, bytes]) => [path.slice(directory.length + 1), bytes]))
}

function objectsOf(
  answer: HelmRendering,
  again: HelmAnswer | undefined,
  template: Template,
  { location }: Release,
): Rendered {
  const { objects: rendered, faults, size } = readAll(answer, template)
  const { objects, ignore } = releaseObjects(rendered)
  const twins = again?.ok ? readAll(again, template).objects : rendered
  const varying = varyingFields(rendered, twins)
  return {
    objects,
    faults,
    size,
    ignore: [...ignore, ...varying],
    hasHelmHooks: true,
    ...(varying.length > 0 && { notices: [varyingNotice(answer, location)] }),
  }
}

function readAll({ crds, files }: HelmRendering, template: Template): ReadObjects {
  const read = [...crds, ...files].map(({ path, text }) => readRendered(text, inRepository(path, template)))
  return {
    objects: read.flatMap(({ objects }) => objects),
    faults: read.flatMap(({ faults }) => faults),
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

function varyingNotice({ varying }: HelmRendering, location: Release['location']): Notice {
  const files = varying.files.map((path) => path.slice(path.indexOf('/') + 1))
  return notice('varying-template', `${files.join(', ')} (${varying.functions.join(', ')})`, { location })
}
