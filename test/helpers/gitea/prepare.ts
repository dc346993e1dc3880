import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run } from '../../../src/sandbox/child.ts'
import { ifCode, ifMissing } from '../../../src/support/files/if-missing.ts'
import { configuration } from './configuration.ts'

export interface GiteaUser {
  readonly name: string
  readonly password: string
  /** With all scopes. */
  readonly token: string
}

/** The accounts of a prepared directory. */
export interface GiteaUsers {
  /** May do everything. */
  readonly admin: GiteaUser
  /** Has no repository. */
  readonly bot: GiteaUser
}

/** What a prepared directory depends on, besides the program. */
const VERSION = 3
export const USERS_FILE = 'users.json'

/** The directory of a Gitea with its database and two users, made once beside the program. @returns its path */
export async function prepareGitea(program: string, staticFiles: string): Promise<string> {
  const prepared = join(dirname(program), `prepared-${VERSION}`)
  if ((await readFile(join(prepared, USERS_FILE), 'utf8').catch(ifMissing(undefined))) !== undefined)
    return prepared
  const unfinished = `${prepared}.${process.pid}.${randomBytes(4).toString('hex')}`
  await mkdir(unfinished, { recursive: true })
  try {
    const file = join(unfinished, 'app.ini')
    await writeFile(file, configuration({ directory: unfinished, port: 1, staticFiles }))
    const gitea = (...args: readonly string[]) => giteaCommand(program, unfinished, args)
    await gitea('migrate')
    const users: GiteaUsers = {
      admin: await addUser(gitea, 'admin-ann', ['--admin']),
      bot: await addUser(gitea, 'reeve-bot', []),
    }
    await rm(file)
    await writeFile(join(unfinished, USERS_FILE), JSON.stringify(users))
    await rename(unfinished, prepared).catch(ifCode('ENOTEMPTY', undefined))
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return prepared
}

async function addUser(
  gitea: (...args: readonly string[]) => Promise<string>,
  name: string,
  more: readonly string[],
): Promise<GiteaUser> {
  const password = randomBytes(12).toString('hex')
  const user = ['--username', name, '--password', password, '--email', `${name}@forge.example`]
  await gitea('admin', 'user', 'create', ...user, '--must-change-password=false', ...more)
  const token = ['--username', name, '--token-name', 'tests', '--scopes', 'all', '--raw']
  return { name, password, token: await gitea('admin', 'user', 'generate-access-token', ...token) }
}

async function giteaCommand(program: string, directory: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run([program, '--config', join(directory, 'app.ini')], args, {
    cwd: directory,
    env: { ...process.env, HOME: directory },
  })
  if (code !== 0) throw new Error(`gitea ${args.slice(0, 3).join(' ')}: ${stderr || stdout}`)
  return stdout.trim().split('\n').at(-1) ?? ''
}
