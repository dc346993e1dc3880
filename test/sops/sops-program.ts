import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guard } from '../../src/demo/reaper.ts'

const directory = fileURLToPath(new URL('./program/', import.meta.url))

/**
 * The path of the real SOPS, of the version that program/go.mod names. It is built once, in some
 * minutes, into the user's cache directory.
 */
export async function sopsProgram(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'reeve', await folderName())
  const program = join(folder, 'sops')
  if (existsSync(program)) return program
  await mkdir(folder, { recursive: true })
  const unfinished = `${program}.${process.pid}.new`
  try {
    await build(unfinished)
    await rename(unfinished, program)
  } finally {
    await rm(unfinished, { force: true })
  }
  return program
}

async function folderName(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(directory, file)))
  return `sops-${hash.digest('hex').slice(0, 16)}`
}

async function build(output: string): Promise<void> {
  const args = [
    'build',
    '-trimpath',
    '-ldflags',
    '-s -w',
    '-o',
    output,
    'github.com/getsops/sops/v3/cmd/sops',
  ]
  const child = spawn('go', args, {
    cwd: directory,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  guard(child)
  const errors = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`go build of SOPS failed:\n${(await errors).join('').slice(-4000)}`)
}
