import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { goSources } from './go-sources.ts'

/** A Go module of this repository, to build a program from. */
export interface GoModule {
  /** Directory of the Go module. */
  readonly directory: string
  /** Import path or directory of the main package. */
  readonly mainPackage: string
  /** Arguments of `go`, without `-o` and the package. */
  readonly buildArguments: readonly string[]
  /** Whether it has C code (cgo), for which a C compiler is needed. */
  readonly hasC?: true
  /** File name of the program. */
  readonly name: string
  /** Name for people, such as "the Kubernetes control plane". */
  readonly title: string
  /** Duration of the first build, such as "about 5 minutes". */
  readonly duration: string
}

/** A Go module, and the path of its program. */
export interface GoProgram extends GoModule {
  /** Path of the program in the user's cache directory; it depends on the sources and flags. */
  readonly program: string
}

/** Reads the module's sources to determine the path of its program. */
export async function goProgram(
  module: GoModule,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<GoProgram> {
  const { directory, mainPackage, buildArguments, hasC, name } = module
  const files = await goSources(directory)
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))
  const digest = createHash('sha256')
    .update(JSON.stringify([files, texts, mainPackage, buildArguments, process.platform, process.arch]))
    .update(hasC ? 'cgo' : '')
    .digest('hex')
  const program = join(cacheDirectory(environment), 'reeve', `${name}-${digest.slice(0, 16)}`, name)
  return { ...module, program }
}

// XDG Base Directory Specification: the variable counts only if it is an absolute path.
function cacheDirectory(environment: NodeJS.ProcessEnv): string {
  const configured = environment.XDG_CACHE_HOME
  return configured?.startsWith('/') ? configured : join(homedir(), '.cache')
}
