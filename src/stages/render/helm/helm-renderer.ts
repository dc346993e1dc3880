import type { Engine } from '../../../adapters/engine/engine.ts'
import type { Decrypt } from '../../../model/decrypt.ts'
import { writeJson } from '../../../model/json.ts'
import type { Template } from '../../../model/template.ts'
import { mergeValues } from '../../declare/fleet/merge-values.ts'
import { readDefaults } from '../read-defaults.ts'
import type { Renderer } from '../renderer.ts'
import { templateFaults } from '../template-faults.ts'
import { type ChartCluster, digestOfCluster } from './chart-cluster.ts'
import { ChartRelease } from './chart-release.ts'
import { longIntegers } from './long-integers.ts'

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
  const hasHistory = mentions(template, RELEASE_HISTORY)
  const hasLookups = mentions(template, LOOKUP)
  const fillsValues = mentions(template, TPL)
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
      const values = mergeValues(clear, release.values)
      const looksUp = hasLookups || (fillsValues && LOOKUP.test(writeJson(release.values)))
      const chart = new ChartRelease({ template, engine, cluster, values, release, looksUp })
      return chart.render(hasHistory)
    },
  }
}

const CAPABILITIES = /Capabilities|kubeVersion/
/** What charts see of the releases before. */
const RELEASE_HISTORY = /IsInstall|IsUpgrade|Revision/

const LOOKUP = /lookup/
/** The function that fills in a template from values. */
const TPL = /\btpl\b/

/** Whether a chart may use something. Packaged subcharts are not inspected: they may use anything. */
function mentions({ files }: Template, pattern: RegExp): boolean {
  return [...files].some(
    ([path, bytes]) => path.endsWith('.tgz') || pattern.test(Buffer.from(bytes).toString('latin1')),
  )
}
