import { userInfo } from 'node:os'
import { join } from 'node:path'

export interface GiteaSettings {
  readonly directory: string
  readonly port: number
  /** Directory of Gitea's Go module, which has its templates. */
  readonly staticFiles: string
  /** Port of its SSH server; absent: none. */
  readonly sshPort?: number | undefined
}

/** The app.ini of a Gitea for tests: nothing that runs by itself, nothing beyond this machine. */
export function configuration({ directory, port, staticFiles, sshPort }: GiteaSettings): string {
  const { username, uid } = userInfo()
  return sections({
    '': {
      APP_NAME: 'Gitea for tests',
      RUN_MODE: 'prod',
      RUN_USER: username,
      WORK_PATH: directory,
      ...(uid === 0 && { I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: true }),
    },
    server: {
      HTTP_ADDR: '127.0.0.1',
      HTTP_PORT: port,
      DOMAIN: '127.0.0.1',
      ROOT_URL: `http://127.0.0.1:${port}/`,
      STATIC_ROOT_PATH: staticFiles,
      APP_DATA_PATH: join(directory, 'data'),
      OFFLINE_MODE: true,
      LFS_START_SERVER: false,
      DISABLE_SSH: sshPort === undefined,
      ...(sshPort !== undefined && {
        START_SSH_SERVER: true,
        SSH_DOMAIN: '127.0.0.1',
        SSH_LISTEN_HOST: '127.0.0.1',
        SSH_LISTEN_PORT: sshPort,
        SSH_PORT: sshPort,
        BUILTIN_SSH_SERVER_USER: 'git',
      }),
    },
    database: {
      DB_TYPE: 'sqlite3',
      PATH: join(directory, 'gitea.db'),
      // Writes wait for each other, rather than fail.
      SQLITE_TIMEOUT: 20_000,
      SQLITE_JOURNAL_MODE: 'WAL',
    },
    repository: { ROOT: join(directory, 'repositories'), DISABLE_HTTP_GIT: false },
    security: {
      INSTALL_LOCK: true,
      SECRET_KEY: 'of-tests-alone',
      INTERNAL_TOKEN: INTERNAL_TOKEN,
      PASSWORD_HASH_ALGO: 'pbkdf2_v1',
    },
    // Short pages, so that few items need several.
    api: { MAX_RESPONSE_ITEMS: 10 },
    oauth2: { ENABLED: false },
    service: { DISABLE_REGISTRATION: true },
    webhook: { ALLOWED_HOST_LIST: 'loopback', DELIVER_TIMEOUT: 10 },
    log: { LEVEL: 'warn', MODE: 'console' },
    actions: { ENABLED: false },
    packages: { ENABLED: false },
    indexer: { REPO_INDEXER_ENABLED: false, ISSUE_INDEXER_TYPE: 'db' },
    mailer: { ENABLED: false },
    picture: { DISABLE_GRAVATAR: true },
    cron: { ENABLED: false },
    'cron.update_checker': { ENABLED: false },
    // Hooks of Git call the server; it delivers what they say without delay.
    queue: { TYPE: 'channel' },
  })
}

/** A JSON web token that Gitea signs for itself; any will do. */
const INTERNAL_TOKEN =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYmYiOjE3MDAwMDAwMDB9.c29tZS1zaWduYXR1cmUtZm9yLXRlc3Rz'

function sections(all: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  return Object.entries(all)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key} = ${String(value)}`)
      return [...(name === '' ? [] : [`[${name}]`]), ...lines, ''].join('\n')
    })
    .join('\n')
}
