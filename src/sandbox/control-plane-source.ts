import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GoProgram, goProgram } from '../adapters/go-program/go-program.ts'
import { packageRoot } from '../support/package/package-root.ts'

/** The program in test/control-plane, of the checkout or the published package. */
export async function controlPlaneSource(environment: NodeJS.ProcessEnv = process.env): Promise<GoProgram> {
  const directory = join(packageRoot(), 'test/control-plane')
  const buildArguments = argumentsFor(await readFile(join(directory, 'go.mod'), 'utf8'))
  const module = {
    directory,
    mainPackage: '.',
    buildArguments,
    name: 'control-plane',
    title: 'the real Kubernetes control plane',
    duration: 'about 5 minutes',
  }
  return goProgram(module, environment)
}

// Clients refuse a server whose version they cannot parse, so the version is linked in.
function argumentsFor(goMod: string): readonly string[] {
  const version = /\sk8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(goMod)
  if (!version) throw new Error("the control plane's go.mod has no version of k8s.io/kubernetes")
  const [, full, major, minor] = version
  const variables = {
    'k8s.io/component-base/version.gitVersion': full,
    'k8s.io/component-base/version.gitMajor': major,
    'k8s.io/component-base/version.gitMinor': minor,
    'k8s.io/client-go/pkg/version.gitVersion': full, // in the user agent
  }
  const settings = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)
  return ['build', '-trimpath', '-ldflags', ['-s', '-w', ...settings].join(' ')]
}
