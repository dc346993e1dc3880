import type { Engine } from '../../../adapters/engine/engine.ts'
import { fault } from '../../../model/fault.ts'
import type { Template } from '../../../model/template.ts'
import { isKustomization } from '../../declare/template-files.ts'
import { directoryOf } from '../../declare/tree-path.ts'
import { readRendered } from '../read-rendered.ts'
import type { Renderer } from '../render.ts'
import { failureFault } from '../render-failure.ts'

/** Builds a Kustomize overlay as `kustomize build` does. An overlay takes no values. */
export function kustomizeRenderer(template: Template, engine: Engine): Renderer {
  const { directory, digest, files } = template
  const file =
    [...files.keys()].find((path) => isKustomization(path) && directoryOf(path) === directory) ??
    `${directory}/kustomization.yaml`
  return {
    digest,
    render: async ({ values, location }) => {
      if (Object.keys(values).length > 0) {
        const details = 'a Kustomize overlay takes no values'
        return { objects: [], faults: [fault('bad-value', details, { location })] }
      }
      const answer = await engine.kustomize({ tree: { key: digest, files: async () => files }, directory })
      if (answer.ok) return readRendered(answer.text, file)
      const place = { location: { file, line: 1 }, fileOf: (path: string) => path }
      return { objects: [], faults: [failureFault('kustomization-failed', answer, place)] }
    },
  }
}
