import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guard } from '../../src/demo/reaper.ts'
import { buildGoProgram } from '../../src/go-program/build-go-program.ts'
import { type GoProgram, goProgram } from '../../src/go-program/go-program.ts'

/** Paths of the programs that people use, to compare with. */
export interface Renderers {
  readonly helm3: string
  readonly helm4: string
  readonly kustomize: string
}

const directory = fileURLToPath(new URL('../renderers', import.meta.url))

/** Builds them from test/renderers where they are missing. */
export async function findRenderers(): Promise<Renderers> {
  const goMod = await readFile(join(directory, 'go.mod'), 'utf8')
  const helm = (major: number) => {
    const [, version] = new RegExp(`helm\\.sh/helm/v${major} (v\\S+)`).exec(goMod) ?? []
    const setting = `-X helm.sh/helm/v${major}/internal/version.version=${version}`
    return build(`helm${major}`, `helm.sh/helm/v${major}/cmd/helm`, setting)
  }
  // One after the other: they share much of what is compiled.
  const kustomize = await build('kustomize', 'sigs.k8s.io/kustomize/kustomize/v5', '')
  return { kustomize, helm3: await helm(3), helm4: await helm(4) }
}

async function build(name: string, mainPackage: string, setting: string): Promise<string> {
  const buildArguments = ['build', '-trimpath', '-ldflags', `-s -w ${setting}`.trim()]
  const title = `${name}, for the tests`
  const module = { directory, mainPackage, buildArguments, name, title, duration: 'a minute or two' }
  const program: GoProgram = await goProgram(module)
  await buildGoProgram(program, { onStart: guard })
  return program.program
}
