import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../support/package/package-root.ts'
import { type GoProgram, goProgram } from '../go-program/go-program.ts'

/** The program in src/adapters/engine/program, of the checkout or the published package. */
export async function engineSource(environment: NodeJS.ProcessEnv = process.env): Promise<GoProgram> {
  const directory = join(packageRoot(), 'src/adapters/engine/program')
  const buildArguments = argumentsFor(await readFile(join(directory, 'go.mod'), 'utf8'))
  const module = {
    directory,
    mainPackage: '.',
    buildArguments,
    name: 'reeve-engine',
    title: 'the renderer for Helm charts and Kustomize overlays',
    duration: 'about a minute',
  }
  return goProgram(module, environment)
}

// Templates can read Helm's version, which its releases set at link time.
function argumentsFor(goMod: string): readonly string[] {
  const [, version] = /\shelm\.sh\/helm\/v3 (v\S+)/.exec(goMod) ?? []
  if (!version) throw new Error("the renderer's go.mod has no version of helm.sh/helm/v3")
  const setting = `-X helm.sh/helm/v3/internal/version.version=${version}`
  return ['build', '-trimpath', '-ldflags', `-s -w ${setting}`]
}
