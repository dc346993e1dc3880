import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Author } from './commit.ts'
import { parseIdentity } from './parse-identity.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Who git takes the user for: GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL, else author.* and user.* of the configuration that
 * applies in the working directory. Undefined where name or email is not set, or there is no git to ask.
 */
export async function userIdentity(environment: Environment): Promise<Author | undefined> {
  const { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email } = environment
  if (name && email) return parseIdentity(`${name} <${email}>`)
  const set = await configured(environment)
  const [knownName, knownEmail] = [
    name || (set.get('author.name') ?? set.get('user.name')),
    email || (set.get('author.email') ?? set.get('user.email') ?? environment.EMAIL),
  ]
  return parseIdentity(`${knownName ?? ''} <${knownEmail ?? ''}>`)
}

/** Settings by name; the last of several counts, as for git. */
async function configured(env: Environment): Promise<ReadonlyMap<string, string>> {
  const args = ['config', '--null', '--get-regexp', '^(author|user)\\.(name|email)$']
  try {
    const { stdout } = await promisify(execFile)('git', args, { env: { ...env } })
    const lines = stdout.split('\0').filter((line) => line.includes('\n'))
    return new Map(
      lines.map((line) => [line.slice(0, line.indexOf('\n')), line.slice(line.indexOf('\n') + 1)]),
    )
  } catch (error) {
    // Without git, or without a setting, which it exits with 1 for.
    if (error instanceof Error && 'code' in error) return new Map()
    throw error
  }
}
