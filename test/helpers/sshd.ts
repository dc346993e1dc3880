import { access, appendFile, chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type Command, end, run, serve } from '../../src/sandbox/child.ts'
import { freePort } from '../../src/sandbox/free-port.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { until } from './until.ts'

const PLACES = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd']
/** What forges say to the push of a deploy key that may only read. */
const READ_ONLY = `case "$SSH_ORIGINAL_COMMAND" in
git-receive-pack*) echo 'ERROR: The key you are authenticating with has been marked as read only.' >&2; exit 1 ;;
*) exec git-shell -c "$SSH_ORIGINAL_COMMAND" ;;
esac
`

/** A real sshd on 127.0.0.1 whose keys are for git-shell, as a user without a forge sets it up. */
export interface Sshd extends AsyncDisposable {
  readonly port: number
  /** Who logs in: the user of this process. */
  readonly user: string
  /** For the files of a test. */
  readonly directory: string
  /** A known_hosts file with all keys of the server. */
  readonly knownHosts: string
  /** A private key that may read and push. */
  readonly keyFile: string
  /** A private key that may only read. */
  readonly readOnlyKeyFile: string
  /** Path of a private key of the server. */
  hostKey(type: HostKeyType): string
  /** `ssh://USER@127.0.0.1:PORT/…` of a repository's absolute path. */
  url(path: string): string
  /** Lets another public key read and push. */
  allow(publicKeyFile: string): Promise<void>
  /** Lets another public key run a script of a shell in place of any command. */
  allowScript(publicKeyFile: string, script: string): Promise<void>
  /** What the server logged. */
  log(): Promise<string>
}

export type HostKeyType = 'ed25519' | 'ecdsa' | 'rsa'

/** Starts one on a free port. @param types of its host keys: to make one of RSA takes most of a second */
export async function startSshd(types: readonly HostKeyType[] = ['ed25519']): Promise<Sshd> {
  const program = await sshdProgram()
  const directory = await mkdtemp(join(tmpdir(), 'reeve-sshd-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const at = (name: string) => join(directory, name)
  const hostKey = (type: HostKeyType) => at(`host-${type}`)
  const hostKeys = types.map(hostKey)
  await Promise.all(types.map((type) => generateKey(hostKey(type), ['-t', type])))
  await Promise.all([generateKey(at('key')), generateKey(at('read-only-key'))])
  const authorized = at('authorized_keys')
  const allowCommand = async (publicKeyFile: string, command: string) =>
    appendFile(authorized, `restrict,command="${command}" ${await readFile(publicKeyFile, 'utf8')}`)
  const allow = (file: string) => allowCommand(file, 'git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"')
  const allowScript = async (file: string, script: string) => {
    await writeFile(`${file}.sh`, script)
    await allowCommand(file, `sh ${file}.sh`)
  }
  await allow(at('key.pub'))
  await allowScript(at('read-only-key.pub'), READ_ONLY)
  const port = await freePort()
  const config = at('sshd_config')
  await writeFile(config, configuration(port, hostKeys, authorized))
  await makePrivilegeSeparationDirectory()
  const child = serve(
    [program],
    ['-D', '-e', '-f', config, ...(await withoutPenalties(program, config))],
    '/',
    at('log'),
  )
  reaper.guard(child)
  const log = () => readFile(at('log'), 'utf8')
  await until('sshd listens', async () => (await log()).includes('Server listening on 127.0.0.1'), 20_000, 20)
  await writeFile(at('known_hosts'), await knownHostLines(port, hostKeys))
  const user = userInfo().username
  return {
    port,
    user,
    directory,
    knownHosts: at('known_hosts'),
    keyFile: at('key'),
    readOnlyKeyFile: at('read-only-key'),
    hostKey,
    url: (path) => `ssh://${user}@127.0.0.1:${port}${path}`,
    allow,
    allowScript,
    log,
    async [Symbol.asyncDispose]() {
      await end(child, 'SIGTERM', 2_000)
      await reaper.close()
    },
  }
}

/** Makes a key pair: `file` and `file.pub`. */
export async function generateKey(
  file: string,
  args: readonly string[] = [],
  passphrase = '',
): Promise<string> {
  const type = args.length > 0 ? args : ['-t', 'ed25519']
  await succeed(['ssh-keygen'], ['-q', '-N', passphrase, '-C', 'test', '-f', file, ...type])
  return file
}

/** A line of known_hosts. */
export async function knownHostLine(host: string, port: number, keyFile: string): Promise<string> {
  const [type, key] = (await readFile(`${keyFile}.pub`, 'utf8')).split(' ')
  return `[${host}]:${port} ${type} ${key}\n`
}

async function knownHostLines(port: number, files: readonly string[]): Promise<string> {
  const lines = await Promise.all(files.map((file) => knownHostLine('127.0.0.1', port, file)))
  return lines.join('')
}

function configuration(port: number, hostKeys: readonly string[], authorized: string): string {
  return `ListenAddress 127.0.0.1
Port ${port}
${hostKeys.map((file) => `HostKey ${file}`).join('\n')}
AuthorizedKeysFile ${authorized}
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AcceptEnv GIT_PROTOCOL
MaxStartups 100
LogLevel VERBOSE
`
}

/** Newer ones make an address wait that failed to log in. */
async function withoutPenalties(program: string, config: string): Promise<readonly string[]> {
  const option = ['-o', 'PerSourcePenalties=no']
  const { code } = await run([program], ['-t', '-f', config, ...option])
  return code === 0 ? option : []
}

async function makePrivilegeSeparationDirectory(): Promise<void> {
  if (process.getuid?.() !== 0) return
  await mkdir('/run/sshd', { recursive: true })
  await chmod('/run/sshd', 0o755)
}

async function sshdProgram(): Promise<string> {
  for (const place of PLACES) {
    const isThere = await access(place).then(
      () => true,
      () => false,
    )
    if (isThere) return place
  }
  throw new Error(`there is no sshd: install openssh-server (looked for ${PLACES.join(', ')})`)
}

async function succeed(command: Command, args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command, args)
  if (code !== 0) throw new Error(`${command[0]} failed: ${stderr}`)
}
