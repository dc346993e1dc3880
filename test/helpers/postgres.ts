import { execFile, spawn } from 'node:child_process'
import { chown, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { until } from './until.ts'

const run = promisify(execFile)

/** A real PostgreSQL (Debian's package), on a socket of its own. */
export interface Postgres extends AsyncDisposable {
  /** The variables by which its clients find it, and its programs. */
  readonly env: Readonly<Record<string, string>>
  /** Runs SQL in the database `chat`, and gives the rows, one line each. */
  sql(text: string): Promise<string>
}

/** PostgreSQL does not run as root. */
async function ownUser(): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((each) => each.startsWith('postgres:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

async function programs(): Promise<string> {
  const all = '/usr/lib/postgresql'
  const [newest] = (await readdir(all)).sort((one, other) => Number(other) - Number(one))
  return join(all, newest ?? '', 'bin')
}

export async function startPostgres(): Promise<Postgres> {
  const [bin, user] = [await programs(), await ownUser()]
  const home = await mkdtemp(join(tmpdir(), 'reeve-postgres-'))
  const reaper = startReaper()
  reaper.guardDirectory(home)
  if (user.uid !== undefined) await chown(home, user.uid, user.gid ?? user.uid)
  const data = join(home, 'data')
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'chat', '-A', 'trust', '--no-sync'], {
    ...user,
    cwd: home,
  })
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${home}`, '-c', 'fsync=off']
  const child = spawn(join(bin, 'postgres'), ['-D', data, ...settings], {
    ...user,
    cwd: home,
    stdio: 'ignore',
  })
  reaper.guard(child)
  const env = { PGHOST: home, PGUSER: 'chat', PGDATABASE: 'chat', PATH: `${bin}:${process.env.PATH}` }
  const sql = async (text: string, database = 'chat') => {
    const words = ['--no-align', '--tuples-only', '--quiet', '--dbname', database, '--command', text]
    const { stdout } = await run('psql', words, { env: { ...env, PGDATABASE: database } })
    return stdout.trim()
  }
  await until('PostgreSQL', async () => {
    const isUp = await sql('select 1', 'postgres').catch(() => undefined)
    return isUp === '1' ? true : undefined
  })
  await sql('create database chat', 'postgres')
  return {
    env,
    sql,
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT')
      await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(0)))
      await reaper.close()
    },
  }
}
