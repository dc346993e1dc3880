import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The Go module of the control plane and where its program belongs. */
export interface ControlPlaneSource {
  /** Directory of the Go module. */
  readonly directory: string
  /** Arguments of `go`, without `-o`. */
  readonly buildArguments: readonly string[]
  /** Path of the program in the user's cache directory; another one for other sources or flags. */
  readonly program: string
}

/** Reads test/control-plane of the checkout or of the published package. */
export async function controlPlaneSource(
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ControlPlaneSource> {
  const directory = moduleDirectory()
  const files = (await readdir(directory)).filter(isSource).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))
  const buildArguments = argumentsFor(texts[files.indexOf('go.mod')] ?? '')
  const digest = createHash('sha256')
    .update(JSON.stringify([files, texts, buildArguments, process.platform, process.arch]))
    .digest('hex')
  const program = join(
    cacheDirectory(environment),
    'reeve',
    `control-plane-${digest.slice(0, 16)}`,
    'control-plane',
  )
  return { directory, buildArguments, program }
}

function moduleDirectory(): string {
  const candidates = ['../../test/control-plane', '../../../test/control-plane'] // from src/, from dist/src/
  const directories = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)))
  const found = directories.find((directory) => existsSync(join(directory, 'go.mod')))
  if (!found) throw new Error(`the Go module of the control plane is not in ${directories.join(' or ')}`)
  return found
}

function isSource(file: string): boolean {
  return file === 'go.mod' || file === 'go.sum' || (file.endsWith('.go') && !file.endsWith('_test.go'))
}

// Clients refuse to talk to a server whose version they can't parse: it has to be linked in.
function argumentsFor(goMod: string): readonly string[] {
  const version = /\sk8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(goMod)
  if (!version) throw new Error('go.mod of the control plane names no version of k8s.io/kubernetes')
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

// XDG Base Directory Specification: the variable counts only where it is an absolute path.
function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const configured = environment.XDG_CACHE_HOME
  return configured?.startsWith('/') ? configured : join(homedir(), '.cache')
}
