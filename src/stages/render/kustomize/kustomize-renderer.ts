import type { Engine } from '../../../adapters/engine/engine.ts'
import { type Fault, fault } from '../../../model/fault.ts'
import { belowRoot } from '../../../model/snapshot.ts'
import type { Template } from '../../../model/template.ts'
import { isKustomization } from '../../declare/template-files.ts'
import { directoryOf } from '../../declare/tree-path.ts'
import { readRendered } from '../read-rendered.ts'
import type { Renderer } from '../render.ts'
import { failureFault } from '../render-failure.ts'
import { templateFaults } from '../template-faults.ts'

/** Builds a Kustomize overlay as `kustomize build` does. An overlay takes no values. */
export function kustomizeRenderer(template: Template, engine: Engine): Renderer {
  const { directory, digest, files, root } = template
  const faults = templateFaults(template)
  const shown = (path: string) => belowRoot(path, root) ?? path
  const file = shown(
    [...files.keys()].find((path) => isKustomization(path) && directoryOf(path) === directory) ??
      `${directory}/kustomization.yaml`,
  )
  const place = { location: { file, line: 1 }, fileOf: shown }
  const failed = (...found: readonly Fault[]) => ({ objects: [], faults: found })
  return {
    digest,
    sources: [...files.keys()].map(shown),
    render: async ({ values, location }) => {
      if (Object.keys(values).length > 0)
        return failed(fault('bad-value', 'a Kustomize overlay takes no values', { location }))
      if (faults.length > 0) return failed(...faults)
      const answer = await engine.kustomize({ tree: { key: digest, files: async () => files }, directory })
      if (answer.ok) return readRendered(answer.text, file)
      return failed(failureFault('kustomization-failed', answer, place))
    },
  }
}
