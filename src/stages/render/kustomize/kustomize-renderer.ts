import type { Engine } from '../../../adapters/engine/engine.ts'
import type { Decrypt } from '../../../model/decrypt.ts'
import type { Fault } from '../../../model/fault.ts'
import type { JsonObject } from '../../../model/json.ts'
import { belowRoot } from '../../../model/snapshot.ts'
import type { Template } from '../../../model/template.ts'
import { mergeValues } from '../../declare/fleet/merge-values.ts'
import { Room } from '../../declare/references/room.ts'
import { isKustomization } from '../../declare/template-files.ts'
import { directoryOf } from '../../declare/tree-path.ts'
import { readRendered } from '../read-rendered.ts'
import { failureFault } from '../render-failure.ts'
import type { Rendered, Renderer } from '../renderer.ts'
import { scopeWithStandIns } from '../secrets/scope-with-stand-ins.ts'
import type { StandIns } from '../secrets/stand-ins.ts'
import { templateFaults } from '../template-faults.ts'
import { fillBuilt } from './fill-built.ts'
import { overlayValues } from './overlay-values.ts'

/**
 * Builds a Kustomize overlay as `kustomize build` does, and fills in values where the installation has any or the
 * overlay has defaults or a schema of them. All else stays as Kustomize built it.
 */
export async function kustomizeRenderer(
  template: Template,
  engine: Engine,
  decrypt: Decrypt,
): Promise<Renderer> {
  const { directory, digest, files, root } = template
  const faults = templateFaults(template)
  const shown = (path: string) => belowRoot(path, root) ?? path
  const file = shown(
    [...files.keys()].find((path) => isKustomization(path) && directoryOf(path) === directory) ??
      `${directory}/kustomization.yaml`,
  )
  const place = { location: { file, line: 1 }, fileOf: shown }
  const read = await overlayValues(template, decrypt)
  const failed = (...found: readonly Fault[]) => ({ objects: [], faults: found })
  const built = async (fillIn: (text: string, standIns?: StandIns) => Rendered): Promise<Rendered> => {
    if (faults.length > 0) return failed(...faults)
    const answer = await engine.kustomize({ tree: { key: digest, files: async () => files }, directory })
    if (!answer.ok) return failed(failureFault('kustomization-failed', answer, place))
    return { ...fillIn(answer.text), again: (standIns) => fillIn(answer.text, standIns) }
  }
  const common = { digest, sources: [...files.keys()].map(shown) }
  if ('faults' in read) {
    const isUndecryptable = read.faults.some(({ code }) => code === 'undecryptable')
    const found = templateFaults({ faults: read.faults, root })
    return { ...common, ...(isUndecryptable && { isUndecryptable }), render: () => failed(...found) }
  }
  const { defaults, secrets, checkValues } = read
  const below: JsonObject = defaults?.values ?? {}
  return {
    ...common,
    ...(defaults && { defaults }),
    ...(secrets && { secrets }),
    render: (release) => {
      const values = mergeValues(below, release.values)
      if (defaults === undefined && Object.keys(values).length === 0)
        return built((text) => readRendered(text, file))
      const misfits = checkValues(values, release)
      if (misfits.length > 0) return failed(...misfits)
      const { installation, largest } = release
      const given = { values, installation }
      return built((text, standIns) => {
        const scope = standIns ? scopeWithStandIns(given, standIns) : given
        return fillBuilt(text, file, { scope, room: new Room(largest), files, shown })
      })
    },
  }
}
