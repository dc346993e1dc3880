import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A Go module of somebody else's, of which tests use other files than Go's. */
export interface GoModule {
  readonly path: string
  readonly version: string
  /** Of its content, as in a go.sum. */
  readonly sum: string
}

/** Downloads a module where it is not there yet. @returns its directory, in Go's cache */
export async function goModule({ path, version, sum }: GoModule): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', `${path}@${version}`], {
    cwd: tmpdir(),
    env: { ...process.env, GOFLAGS: '-mod=mod', GONOSUMDB: path },
  })
  const found = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string }
  if (found.Sum !== sum) throw new Error(`${path} ${version} has the sum ${found.Sum}, not ${sum}`)
  return found.Dir
}
