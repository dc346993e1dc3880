import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import ssh2, { type AuthContext, type Connection, type ParsedKey, type ServerConfig } from 'ssh2'
import { openRepository, type Repository } from '../../src/adapters/git/repository.ts'
import { faultOf } from '../adapters/git/set-up.ts'
import { generateKey, knownHostLine } from '../helpers/sshd.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'

interface Attacker {
  /** Follows the attacker's repository, with its host key known or not. */
  readonly repository: Repository
  /** The ways to log in that the client tried. */
  readonly methods: readonly string[]
}

interface AttackerOptions {
  readonly hostKey: (file: string) => Promise<ServerConfig['hostKeys'][number]>
  readonly isKnown: boolean
  readonly authenticate?: (context: AuthContext) => void
  readonly onReady?: (connection: Connection) => void
}

/** An SSH server in the hands of an attacker. */
async function startAttacker(t: ExecutionContext, options: AttackerOptions): Promise<Attacker> {
  const directory = await temporaryDirectory(t)
  const [hostKey, keyFile] = [join(directory, 'host'), join(directory, 'key')]
  await Promise.all([generateKey(hostKey), generateKey(keyFile)])
  const methods: string[] = []
  const connections = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [await options.hostKey(hostKey)] }, (connection) => {
    connections.add(connection)
    connection
      .on('error', () => {})
      .on('authentication', (context) => {
        methods.push(context.method)
        if (options.authenticate) options.authenticate(context)
        else context.accept()
      })
      .on('ready', () => options.onReady?.(connection))
  }).listen(0, '127.0.0.1')
  t.teardown(() => {
    for (const connection of connections) connection.end()
    server.close()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const knownHostsFile = join(directory, 'known_hosts')
  await writeFile(knownHostsFile, options.isKnown ? await knownHostLine('127.0.0.1', port, hostKey) : '')
  const repository = await openRepository({
    directory: join(directory, 'data'),
    remote: { url: `ssh://git@127.0.0.1:${port}/fleet.git`, ssh: { knownHostsFile, keyFile } },
    limits: { silenceMs: 20_000 },
  })
  t.teardown(() => repository[Symbol.asyncDispose]())
  return { repository, methods }
}

function parsed(text: Buffer): ParsedKey {
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw key
  return key
}

test('a server that is not known learns no key of ours', async (t) => {
  const { repository, methods } = await startAttacker(t, {
    hostKey: (file) => readFile(file),
    isKnown: false,
  })
  t.regex(await faultOf(repository.headOf('main')), /^ssh-host-unknown: /)
  t.deepEqual(methods, [])
})

test('a server that shows the known host key, but does not have it, learns no key of ours', async (t) => {
  const { repository, methods } = await startAttacker(t, {
    isKnown: true,
    hostKey: async (file) => {
      const [known, own] = [
        parsed(await readFile(file)),
        parsed(await readFile(await generateKey(`${file}-own`))),
      ]
      // The types lack it: a parsed key is taken as it is.
      return {
        key: Object.assign(own, { getPublicSSH: () => known.getPublicSSH() }),
        passphrase: '',
      } as never
    },
  })
  t.regex(await faultOf(repository.headOf('main')), /^git-unreachable: .*signature/i)
  t.deepEqual(methods, [])
})

test('a server that asks for a password, or questions, is answered by the key alone', async (t) => {
  const { repository, methods } = await startAttacker(t, {
    isKnown: true,
    hostKey: (file) => readFile(file),
    authenticate: (context) => context.reject(['password', 'keyboard-interactive', 'hostbased']),
  })
  t.regex(await faultOf(repository.headOf('main')), /^git-unauthorized: .*accepts none of the keys/)
  t.deepEqual(new Set(methods), new Set(['publickey']))
})

test('a server reaches nothing by way of the connection', async (t) => {
  const tried = Promise.withResolvers<readonly string[]>()
  const { repository } = await startAttacker(t, {
    isKnown: true,
    hostKey: (file) => readFile(file),
    onReady: (connection) => {
      const opened = [
        new Promise<string>((resolve) =>
          connection.forwardOut('127.0.0.1', 1, '127.0.0.1', 2, (error) =>
            resolve(error ? 'refused' : 'tcp'),
          ),
        ),
        new Promise<string>((resolve) =>
          connection.x11('127.0.0.1', 1, (error) => resolve(error ? 'refused' : 'x11')),
        ),
      ]
      Promise.all(opened).then((results) => {
        tried.resolve(results)
        connection.end()
      }, tried.reject)
    },
  })
  t.regex(await faultOf(repository.headOf('main')), /^git-unreachable: /)
  t.deepEqual(await tried.promise, ['refused', 'refused'])
})

test('a server that lists refs with control characters and markup does no harm to messages', async (t) => {
  const { repository } = await startAttacker(t, {
    isKnown: true,
    hostKey: (file) => readFile(file),
    onReady: (connection) => {
      connection.on('session', (accept) => {
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec()
          const line = `ERR \u001b[2J\u0007<script>not our ref\n`
          channel.write((line.length + 4).toString(16).padStart(4, '0') + line)
          channel.exit(128)
          channel.end()
        })
      })
    },
  })
  const fault = await faultOf(repository.headOf('main'))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  t.notRegex(fault, /[\x00-\x1f\x7f]/)
  t.regex(fault, /^git-no-commit: /)
})
