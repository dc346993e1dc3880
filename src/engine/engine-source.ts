import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type GoProgram, goProgram } from '../go-program/go-program.ts'

/** The program of src/engine/program, of the checkout or of the published package. */
export async function engineSource(environment: NodeJS.ProcessEnv = process.env): Promise<GoProgram> {
  const directory = moduleDirectory()
  const buildArguments = argumentsFor(await readFile(join(directory, 'go.mod'), 'utf8'))
  const module = {
    directory,
    mainPackage: '.',
    buildArguments,
    name: 'reeve-engine',
    title: 'the renderer of Helm charts and Kustomize overlays',
    duration: 'about a minute',
  }
  return goProgram(module, environment)
}

function moduleDirectory(): string {
  const candidates = ['program', '../../../src/engine/program'] // from src/engine/, from dist/src/engine/
  const directories = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)))
  const found = directories.find((directory) => existsSync(join(directory, 'go.mod')))
  if (!found) throw new Error(`the Go module of the renderer is not in ${directories.join(' or ')}`)
  return found
}

// Templates can ask for the version of Helm, which its releases have linked in.
function argumentsFor(goMod: string): readonly string[] {
  const [, version] = /\shelm\.sh\/helm\/v3 (v\S+)/.exec(goMod) ?? []
  if (!version) throw new Error('go.mod of the renderer names no version of helm.sh/helm/v3')
  const setting = `-X helm.sh/helm/v3/internal/version.version=${version}`
  return ['build', '-trimpath', '-ldflags', `-s -w ${setting}`]
}
