import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildGoTool, toolModule } from './go-tool.ts'

/** Paths of the programs that people use, to compare with. */
export interface Renderers {
  readonly helm3: string
  readonly helm4: string
  readonly kustomize: string
}

const MODULE = 'renderers'

/** Builds them from test/renderers where they are missing. */
export async function findRenderers(): Promise<Renderers> {
  const goMod = await readFile(join(toolModule(MODULE), 'go.mod'), 'utf8')
  const helm = (major: number) => {
    const [, version] = new RegExp(`helm\\.sh/helm/v${major} (v\\S+)`).exec(goMod) ?? []
    const setting = `helm.sh/helm/v${major}/internal/version.version=${version}`
    return build(`helm${major}`, `helm.sh/helm/v${major}/cmd/helm`, setting)
  }
  // One after the other: they share much of what is compiled.
  const kustomize = await build('kustomize', 'sigs.k8s.io/kustomize/kustomize/v5')
  return { kustomize, helm3: await helm(3), helm4: await helm(4) }
}

function build(name: string, mainPackage: string, settings?: string): Promise<string> {
  const tool = { module: MODULE, mainPackage, name, title: name, duration: 'a minute or two' }
  return buildGoTool(settings === undefined ? tool : { ...tool, settings })
}
