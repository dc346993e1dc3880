import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inspect } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import type { Flags, Surroundings } from '../../../src/cli/options/given.ts'
import { readSettings } from '../../../src/cli/options/settings.ts'
import { UsageError } from '../../../src/cli/options/usage-error.ts'
import { describeFault } from '../../../src/model/fault.ts'
import { NO_TENANCY } from '../../../src/model/tenancy.ts'

const REPO = 'https://git.example.com/team/fleet.git'

function surroundings(environment: Surroundings['environment'] = {}): Surroundings {
  return { environment, terminal: false, homeDirectory: '/home/ann' }
}

function settings(flags: Flags, environment?: Surroundings['environment']) {
  return readSettings({ flags, faults: [], operands: [] }, surroundings(environment))
}

async function faultsOf(t: ExecutionContext, flags: Flags, environment?: Surroundings['environment']) {
  const error = await t.throwsAsync(settings(flags, environment), { instanceOf: UsageError })
  return error?.faults.map(describeFault) ?? []
}

async function temporaryFile(t: ExecutionContext, name: string, text: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'reeve-cli-'))
  t.teardown(() => rm(directory, { recursive: true }))
  await writeFile(path.join(directory, name), text)
  return path.join(directory, name)
}

test('a URL is all that is needed; the rest has the documented defaults', async (t) => {
  const { dataDir, ...rest } = await settings({ repo: REPO })
  t.regex(dataDir, /^\/home\/ann\/\.local\/state\/reeve\/fleet-[0-9a-f]{12}$/)
  t.deepEqual(rest, {
    repo: REPO,
    branch: 'main',
    path: '',
    statusBranch: 'reeve/status/default',
    credentials: {},
    gitTimeoutMs: 1_800_000,
    lookupSecrets: 'followed',
    gitMinRate: 1_024,
    cluster: 'default',
    name: 'default',
    namespace: 'default',
    poll: { intervalMs: 30_000 },
    proposeEveryMs: 86_400_000,
    rules: { ignore: [], health: [], hibernate: [] },
    tenancy: NO_TENANCY,
    sources: {},
    provenance: [],
    listen: { host: '127.0.0.1', port: 8080, isDefault: true },
    review: { forks: false },
    roles: ['sync', 'review'],
    log: { level: 'info', format: 'json' },
  })
})

test('a flag wins over the environment, and that over the file', async (t) => {
  const config = await temporaryFile(
    t,
    'reeve.yaml',
    `repo: ${REPO}\nbranch: file\ncluster: file\nnamespace: file\n`,
  )
  const read = await settings(
    { config, branch: 'flag' },
    { REEVE_BRANCH: 'environment', REEVE_CLUSTER: 'environment' },
  )
  t.like(read, { repo: REPO, branch: 'flag', cluster: 'environment', namespace: 'file' })
  t.is(read.statusBranch, 'reeve/status/environment')
})

test('the secret of webhooks comes from a file or the environment, not from both, and needs an address', async (t) => {
  const file = await temporaryFile(t, 'webhooks', 'secret\n')
  t.deepEqual((await settings({ repo: REPO, 'webhook-secret-file': file })).webhooks, { secretFile: file })
  const { webhooks } = await settings({ repo: REPO }, { REEVE_WEBHOOK_SECRET: 'of the environment' })
  t.is(webhooks?.secret?.reveal(), 'of the environment')
  t.notRegex(inspect(webhooks), /of the environment/)
  t.deepEqual(
    (await settings({ repo: REPO, 'webhook-secret-file': file }, { REEVE_WEBHOOK_SECRET: 'a' })).webhooks,
    { secretFile: file },
    'a flag wins',
  )
  t.regex(
    (await faultsOf(t, { repo: REPO, 'webhook-secret-file': '/nowhere' })).join(),
    /cannot be read \(ENOENT\)/,
  )
  t.regex(
    (await faultsOf(t, { repo: REPO, listen: 'none' }, { REEVE_WEBHOOK_SECRET: 'a' })).join(),
    /--listen is "none": webhooks need an address/,
  )
  const config = await temporaryFile(t, 'reeve.yaml', `repo: ${REPO}\nwebhook-secret: in the file\n`)
  t.regex((await faultsOf(t, { config })).join(), /webhook-secret/)
})

test('the file may be named by the environment', async (t) => {
  const config = await temporaryFile(t, 'reeve.yaml', `repo: ${REPO}\ninterval: 1m30s\n`)
  t.deepEqual((await settings({}, { REEVE_CONFIG: config })).poll, { intervalMs: 90_000 })
})

test('values in the file are taken as they are written', async (t) => {
  const config = await temporaryFile(t, 'reeve.yaml', `repo: ${REPO}\nbranch: 1.10\ncluster: yes\n`)
  t.like(await settings({ config }), { branch: '1.10', cluster: 'yes' })
})

test('the configuration file holds rules for all installations', async (t) => {
  const text = `repo: ${REPO}\nignore:\n  - kind: Secret\n    fields: [/data/token]\nhealth:\n  - {kind: Chat, healthy: "true"}\nhibernate:\n  - {kind: Chat, set: {spec: {size: null}}}\n`
  const { rules } = await settings({ config: await temporaryFile(t, 'reeve.yaml', text) })
  t.deepEqual(rules, {
    ignore: [{ objects: { kind: 'Secret' }, fields: ['/data/token'], managers: [], once: [] }],
    health: [{ objects: { kind: 'Chat' }, healthy: 'true' }],
    hibernate: [{ objects: { kind: 'Chat' }, set: { spec: { size: null } } }],
  })
})

test('the configuration file says who may do what', async (t) => {
  const text = [
    `repo: ${REPO}`,
    'defaultServiceAccount: apps/deployer',
    'allowedServiceAccounts: [web, "*/deployer"]',
    'perNamespace: [{namespace: eu-*, defaultServiceAccount: eu}]',
    'allow: {namespaces: [acme], kinds: [Deployment.apps], protected: [kube-system], identities: true}',
  ].join('\n')
  const { tenancy } = await settings({ config: await temporaryFile(t, 'reeve.yaml', text) })
  t.deepEqual(tenancy, {
    accounts: {
      fallback: 'apps/deployer',
      allowed: ['web', '*/deployer'],
      perNamespace: [{ namespace: 'eu-*', fallback: 'eu' }],
    },
    allow: { namespaces: ['acme'], kinds: ['Deployment.apps'], protected: ['kube-system'], identities: true },
  })
})

test('an empty variable counts as absent', async (t) => {
  t.is((await settings({ repo: REPO }, { REEVE_BRANCH: '' })).branch, 'main')
})

test('every fault of flags, environment and file is named at once', async (t) => {
  const config = await temporaryFile(t, 'reeve.yaml', 'bogus: 1\nlog-level: loud\ninterval: [1]\n')
  const faults = await faultsOf(
    t,
    { config, repo: 'nonsense', cluster: 'a b' },
    { REEVE_NAMESPACE: 'Upper', REEVE_LISTEN: 'x:99999' },
  )
  for (const expected of [
    /reeve\.yaml:1: .*unknown key "bogus"/,
    /reeve\.yaml:2: .*log-level "loud" is not one of trace, /,
    /reeve\.yaml:3: .*interval takes one value/,
    /--repo is not a URL/,
    /--cluster "a b"/,
    /REEVE_NAMESPACE "Upper"/,
    /REEVE_LISTEN "x:99999"/,
  ]) {
    t.true(
      faults.some((fault) => expected.test(fault)),
      String(expected),
    )
  }
  t.is(faults.length, 7)
})

const badFiles: readonly (readonly [string, string, RegExp])[] = [
  ['broken YAML', 'repo: x\nbranch: "a\n', /:\d+: /],
  ['a key twice', 'branch: a\nbranch: b\n', /:2: .*duplicated/],
  ['a list', '- repo\n', /:1: .*mapping/],
  ['a key without value', `repo: ${REPO}\nbranch:\n`, /:2: .*branch has no value/],
  ['a secret', 'git-token: hunter2\n', /:1: .*git-token is a secret/],
  ['rules that are no list', 'ignore: {kind: Pod}\n', /:1: .*ignore is not a list/],
  ['an unknown field of a rule', 'health:\n  - kind: Chat\n    helthy: x\n', /:3: .*health\[0\]\.helthy/],
  [
    'an account that is none',
    'defaultServiceAccount: "a/b/c"\n',
    /:1: .*defaultServiceAccount is not a service/,
  ],
  ['a pattern for a default', 'defaultServiceAccount: "*"\n', /:1: .*defaultServiceAccount is not a service/],
  ['namespaces that are no list', 'allow: {namespaces: acme}\n', /:1: .*allow\.namespaces is not a list/],
  ['a typo in who may do what', 'allow:\n  namespace: [acme]\n', /:2: .*allow\.namespace.*namespaces/],
  ['an entry for no namespace', 'perNamespace: [{defaultServiceAccount: a}]\n', /:1: .*namespace is missing/],
  ['a prototype', '__proto__: {repo: x}\n', /:1: .*unknown key "__proto__"/],
]

for (const [what, text, expected] of badFiles) {
  test(`a configuration file with ${what} is a fault with its line`, async (t) => {
    const config = await temporaryFile(t, 'reeve.yaml', text)
    const faults = await faultsOf(t, { config })
    t.true(
      faults.some((fault) => expected.test(fault)),
      faults.join('\n'),
    )
    t.false(faults.join().includes('hunter2'))
  })
}

test('a configuration file that is not there is a fault', async (t) => {
  const faults = await faultsOf(t, { repo: REPO, config: '/nowhere/reeve.yaml' })
  t.deepEqual(faults, ['invalid configuration file: /nowhere/reeve.yaml cannot be read (ENOENT)'])
})

const secretUrls = [
  'https://ann:hunter2@git.example.com/fleet.git',
  'https://hunter2@git.example.com/fleet.git',
  'ssh://ann:hunter2@git.example.com/fleet.git',
  'https://ann:hunter2@git.example.com:port/fleet.git',
  'https://git.example.com/fleet.git?private_token=hunter2',
]

for (const [index, repo] of secretUrls.entries()) {
  test(`a URL that may hold a secret is refused and not repeated (${index + 1})`, async (t) => {
    const faults = await faultsOf(t, { repo })
    t.is(faults.length, 1)
    t.regex(faults[0] ?? '', /--repo (?:is|contains|has) /)
    t.false(faults.join().includes('hunter2'))
  })
}

test('proposals of versions can be turned off', async (t) => {
  t.false('proposeEveryMs' in (await settings({ repo: REPO, 'propose-versions': 'none' })))
})

test('a remote base with credentials is refused and not repeated', async (t) => {
  const faults = await faultsOf(t, { repo: REPO, 'remote-bases': 'github.com/org,ann:hunter2@github.com/a' })
  t.regex(faults.join(), /--remote-bases has an "@"/)
  t.false(faults.join().includes('hunter2'))
})

test('a server for checks with credentials is refused and not repeated', async (t) => {
  const faults = await faultsOf(t, { repo: REPO, 'check-addresses': 'http://ann:hunter2@prometheus:9090' })
  t.regex(faults.join(), /--check-addresses has "http:\/\/…@prometheus:9090"/)
  t.false(faults.join().includes('hunter2'))
})

test('a schedule replaces the default interval', async (t) => {
  t.deepEqual((await settings({ repo: REPO, schedule: '*/5 * * * *' })).poll, { schedule: '*/5 * * * *' })
})

test('a schedule and an interval of one source exclude each other', async (t) => {
  const faults = await faultsOf(t, { repo: REPO, schedule: '* * * * *', interval: '1m' })
  t.regex(faults.join(), /--interval and --schedule are mutually exclusive/)
})

test('a schedule on the command line wins over an interval in the environment', async (t) => {
  const { poll } = await settings({ repo: REPO, schedule: '* * * * *' }, { REEVE_INTERVAL: '1m' })
  t.deepEqual(poll, { schedule: '* * * * *' })
})

const badValues: readonly (readonly [string, string])[] = [
  ['interval', '30'],
  ['interval', '1ms'],
  ['interval', '25h'],
  ['git-timeout', '0s'],
  ['git-min-rate', '1KiB'],
  ['git-min-rate', '-1'],
  ['git-min-rate', '2000000000'],
  ['remote-bases', 'https://github.com/org'],
  ['remote-bases', 'github.com/org,,github.com/other'],
  ['remote-bases', 'github.com//org'],
  ['remote-bases', 'github.com/org/../other'],
  ['remote-bases', 'github.com/org?x'],
  ['remote-bases', '*'],
  ['check-addresses', 'prometheus:9090'],
  ['check-addresses', 'http://a/api'],
  ['check-addresses', 'http://a?'],
  ['check-addresses', 'ftp://prometheus'],
  ['check-addresses', 'https://*.example.com'],
  ['check-addresses', 'http://a,,http://b'],
  ['schedule', 'every day'],
  ['schedule', '99 * * * *'],
  ['propose-versions', 'never'],
  ['propose-versions', '15d'],
  ['branch', 'a..b'],
  ['branch', '-x'],
  ['status-branch', 'main'],
  ['cluster', 'a/b'],
  ['name', 'x'.repeat(64)],
  ['namespace', 'a.b'],
  ['path', '../x'],
  ['path', 'a/../../x'],
  ['path', '/etc'],
  ['kubeconfig', '/nowhere'],
  ['git-token-file', '/'],
  ['listen', '127.0.0.1'],
  ['target', 'sync,everything'],
  ['target', ''],
  ['log-format', 'xml'],
  ['output', 'table'],
]

for (const [name, value] of badValues) {
  test(`--${name} ${value.slice(0, 20)} is refused`, async (t) => {
    const faults = await faultsOf(t, { repo: REPO, [name]: value })
    t.is(faults.length, 1, faults.join('\n'))
    t.true(faults[0]?.includes(`--${name} `), faults[0])
  })
}

const readings: readonly (readonly [string, string, object])[] = [
  ['path', './clusters/east/', { path: 'clusters/east' }],
  ['branch', 'refs/heads/next', { branch: 'next' }],
  ['listen', ':0', { listen: { port: 0 } }],
  ['target', 'all', { roles: ['sync'] }],
  ['target', 'sync, sync', { roles: ['sync'] }],
  ['listen', '[::1]:9000', { listen: { host: '::1', port: 9000 } }],
  ['interval', '1h30m', { poll: { intervalMs: 5_400_000 } }],
  ['propose-versions', '7d', { proposeEveryMs: 604_800_000 }],
  ['git-timeout', '2h', { gitTimeoutMs: 7_200_000 }],
  ['git-min-rate', '0', { gitMinRate: 0 }],
  [
    'remote-bases',
    'github.com/org/, git.example.com:8443,git.example.com/team/bases.git',
    { remoteBases: ['github.com/org', 'git.example.com:8443', 'git.example.com/team/bases'] },
  ],
  [
    'check-addresses',
    'http://Prometheus.monitoring:9090/, https://status.example.com:443',
    { checkAddresses: ['http://prometheus.monitoring:9090', 'https://status.example.com'] },
  ],
  ['data-dir', '/var/lib/reeve', { dataDir: '/var/lib/reeve' }],
]

for (const [name, value, expected] of readings) {
  test(`--${name} ${value} is understood`, async (t) => {
    t.like(await settings({ repo: REPO, [name]: value }), expected)
  })
}

test('--listen none turns the server off', async (t) => {
  t.false('listen' in (await settings({ repo: REPO, listen: 'none' })))
})

test('XDG_STATE_HOME is where the data goes; each cluster and repository has its own place', async (t) => {
  const directory = async (flags: Flags) => (await settings(flags, { XDG_STATE_HOME: '/state' })).dataDir
  const one = await directory({ repo: REPO })
  t.regex(one, /^\/state\/reeve\/fleet-[0-9a-f]{12}$/)
  t.not(one, await directory({ repo: REPO, cluster: 'east' }))
  t.not(one, await directory({ repo: 'https://elsewhere.example.com/team/fleet.git' }))
})

test('without a home directory --data-dir is asked for', async (t) => {
  const error = await t.throwsAsync(
    readSettings(
      { flags: { repo: REPO }, faults: [], operands: [] },
      { environment: {}, terminal: false, homeDirectory: undefined },
    ),
  )
  t.regex(error?.message ?? '', /--data-dir is missing/)
})

test('a secret of the environment is there and never prints', async (t) => {
  const read = await settings({ repo: REPO }, { REEVE_GIT_TOKEN: 'hunter2' })
  t.is(read.credentials.token?.reveal(), 'hunter2')
  t.false(
    `${inspect(read, { depth: 9 })}${JSON.stringify(read)}${read.credentials.token}`.includes('hunter2'),
  )
})

test('credentials that do not fit together are refused', async (t) => {
  const file = await temporaryFile(t, 'secret', 'hunter2\n')
  const both = await faultsOf(t, { repo: REPO, 'git-token-file': file, 'git-password-file': file })
  t.regex(both.join(), /--git-token-file and --git-password-file are mutually exclusive/)
  t.regex((await faultsOf(t, { repo: REPO, 'git-password-file': file })).join(), /--git-username is missing/)
  t.regex((await faultsOf(t, { repo: REPO, 'git-username': 'ann' })).join(), /needs a password or a token/)
})

test('a file named by a flag wins over a secret of the environment', async (t) => {
  const tokenFile = await temporaryFile(t, 'token', 'hunter2\n')
  const { credentials } = await settings(
    { repo: REPO, 'git-token-file': tokenFile },
    { REEVE_GIT_PASSWORD: 'other' },
  )
  t.deepEqual(credentials, { tokenFile })
})

test('keys are files or secrets of the environment, one of each kind', async (t) => {
  const file = await temporaryFile(t, 'keys.txt', 'AGE-SECRET-KEY-1')
  t.deepEqual((await settings({ repo: REPO, 'age-key-file': file })).keys, { ageKeyFile: file })
  const read = await settings({ repo: REPO }, { REEVE_AGE_KEY: 'hunter2', REEVE_OPENPGP_KEY: 'swordfish' })
  t.deepEqual([read.keys?.ageKey?.reveal(), read.keys?.openpgpKey?.reveal()], ['hunter2', 'swordfish'])
  t.false(`${inspect(read, { depth: 5 })}${JSON.stringify(read)}`.includes('hunter2'))
  t.is((await settings({ repo: REPO })).keys, undefined)
  const both = { REEVE_AGE_KEY: 'x', REEVE_AGE_KEY_FILE: file }
  t.regex(
    (await faultsOf(t, { repo: REPO }, both)).join(),
    /REEVE_AGE_KEY.* are mutually exclusive: give only one/,
  )
})
