/** One folder of the program. */
export interface Room {
  /** Below src. Files further down belong to it, unless a deeper room holds them. */
  readonly path: string
  /** One-line description, the same as in src/README.md. */
  readonly purpose: string
  /** Rooms that its files may import from, besides its own; each one is in use. */
  readonly imports: readonly string[]
  /** Does no I/O: no files, network, processes or clients of servers. */
  readonly pure?: true
}

/** The landings, lowest first: a file imports only from its own landing and those before it. */
export const LANDINGS = [
  'model',
  'support',
  'adapters',
  'stages',
  'sandbox',
  'control',
  'roles',
  'cli',
] as const

/** All rooms, by landing; the stages in the order of the pipeline. */
export const ROOMS: readonly Room[] = [
  {
    path: 'model',
    purpose: 'the types that flow between the stages, and the table of faults',
    imports: [],
    pure: true,
  },

  {
    path: 'support/concurrency',
    purpose: 'queues, limits on concurrency, timers, retries, waits',
    imports: [],
  },
  {
    path: 'support/exchange',
    purpose: 'limits of an exchange with another machine, and the way to it: proxies, CAs',
    imports: ['model'],
  },
  { path: 'support/files', purpose: 'files written atomically, and files that may be missing', imports: [] },
  {
    path: 'support/memory',
    purpose: 'the memory that this process may use, and its budgets',
    imports: ['model'],
  },
  { path: 'support/telemetry', purpose: 'logs and metrics', imports: ['model'] },
  {
    path: 'support/package',
    purpose: "where the package's own files are, its version, how it is built",
    imports: [],
  },

  {
    path: 'adapters/git',
    purpose: 'Git over HTTP, and the local object store',
    imports: ['model', 'support/concurrency', 'support/exchange', 'support/files', 'support/memory'],
  },
  { path: 'adapters/cluster', purpose: 'the Kubernetes API', imports: ['model', 'support/exchange'] },
  {
    path: 'adapters/source',
    purpose: 'templates from other Git repositories, chart repositories and registries',
    imports: [
      'adapters/git',
      'model',
      'support/concurrency',
      'support/exchange',
      'support/files',
      'support/memory',
    ],
  },
  {
    path: 'adapters/sops',
    purpose: 'files encrypted by SOPS, decrypted in memory',
    imports: ['model'],
    pure: true,
  },
  {
    path: 'adapters/cel',
    purpose: 'expressions of the Common Expression Language, checked and bounded',
    imports: ['model'],
    pure: true,
  },
  {
    path: 'adapters/go-program',
    purpose: "Go modules of this repository, built once into the user's cache directory",
    imports: ['model', 'support/files'],
  },
  {
    path: 'adapters/engine',
    purpose: 'Helm and Kustomize, in a separate program (its Go module is `program/`)',
    imports: ['adapters/go-program', 'model', 'support/memory', 'support/package'],
  },
  {
    path: 'adapters/forge',
    purpose: 'GitHub, GitLab, Gitea and Forgejo: pull requests, comments, statuses',
    imports: ['adapters/git', 'model', 'support/concurrency', 'support/exchange'],
  },

  {
    path: 'stages/poll',
    purpose: 'when to ask the remote for the head of the branch',
    imports: ['support/concurrency'],
  },
  {
    path: 'stages/snapshot',
    purpose: "a commit's tree, or a directory read as one",
    imports: ['adapters/git', 'model'],
  },
  {
    path: 'stages/declare',
    purpose: 'documents to installations, with what they inherit from groups',
    imports: ['adapters/cel', 'adapters/sops', 'model'],
    pure: true,
  },
  {
    path: 'stages/render',
    purpose: 'installations to objects: manifests, templates, Helm, Kustomize',
    imports: ['adapters/engine', 'model', 'stages/declare', 'stages/plan'],
    pure: true,
  },
  {
    path: 'stages/plan',
    purpose:
      'declared, base and live state to the JSON patch of one object, and what the server would refuse',
    imports: ['model'],
    pure: true,
  },
  {
    path: 'stages/apply',
    purpose: 'plans to requests, in order',
    imports: ['adapters/cluster', 'model', 'stages/plan', 'support/concurrency'],
  },
  {
    path: 'stages/live',
    purpose: 'kinds, schemas and objects of the cluster, with one watch per kind',
    imports: [
      'adapters/cluster',
      'adapters/engine',
      'model',
      'stages/plan',
      'stages/render',
      'support/concurrency',
    ],
  },
  {
    path: 'stages/health',
    purpose: 'whether objects are healthy and, if not, why',
    imports: [
      'adapters/cel',
      'adapters/cluster',
      'model',
      'stages/plan',
      'support/concurrency',
      'support/telemetry',
    ],
  },
  {
    path: 'stages/report',
    purpose: 'outcomes and health to records, status commits and object statuses',
    imports: ['adapters/git', 'model', 'support/concurrency'],
  },

  {
    path: 'stages/review',
    purpose: 'what a pull request would change, as data and as the comment that reviewers read',
    imports: ['model', 'stages/plan'],
    pure: true,
  },

  {
    path: 'sandbox',
    purpose: 'the real control plane and Git server that the demo and the tests run on',
    imports: ['adapters/cluster', 'adapters/go-program', 'model', 'support/files', 'support/package'],
  },

  {
    path: 'control/fleet',
    purpose: 'installations that a commit declares, and those that earlier commits declared',
    imports: [
      'adapters/cluster',
      'adapters/engine',
      'adapters/git',
      'adapters/sops',
      'adapters/source',
      'model',
      'stages/declare',
      'stages/live',
      'stages/plan',
      'stages/render',
      'stages/snapshot',
      'support/concurrency',
      'support/exchange',
      'support/files',
      'support/memory',
      'support/telemetry',
    ],
  },
  {
    path: 'control/seal',
    purpose: 'the key that seals the marks of a Repository',
    imports: ['adapters/cluster', 'model', 'stages/live', 'stages/plan', 'support/telemetry'],
  },
  {
    path: 'control/gates',
    purpose: 'everything that holds a write back, as one list',
    imports: [
      'adapters/cluster',
      'control/fleet',
      'model',
      'stages/health',
      'stages/live',
      'stages/plan',
      'stages/report',
      'support/concurrency',
    ],
  },
  {
    path: 'control/planner',
    purpose: 'plans whole installations, and fetches what planning needs',
    imports: [
      'adapters/cel',
      'adapters/cluster',
      'control/fleet',
      'control/gates',
      'control/seal',
      'model',
      'stages/apply',
      'stages/declare',
      'stages/live',
      'stages/plan',
      'stages/render',
      'stages/report',
      'stages/snapshot',
      'support/concurrency',
      'support/telemetry',
    ],
  },
  {
    path: 'control/sync',
    purpose: 'brings one installation to its declared state',
    imports: [
      'adapters/cluster',
      'control/fleet',
      'control/gates',
      'control/planner',
      'model',
      'stages/apply',
      'stages/health',
      'stages/live',
      'stages/plan',
      'stages/report',
      'support/telemetry',
    ],
  },
  {
    path: 'control/controller',
    purpose: 'wakes the installations that a commit or an event affects',
    imports: [
      'adapters/cluster',
      'control/fleet',
      'control/gates',
      'control/planner',
      'control/sync',
      'model',
      'stages/declare',
      'stages/health',
      'stages/live',
      'stages/plan',
      'stages/report',
      'support/concurrency',
      'support/telemetry',
    ],
  },
  {
    path: 'control/lease',
    purpose: 'leader election: one Reeve at a time acts in a cluster',
    imports: [
      'adapters/cluster',
      'adapters/git',
      'control/planner',
      'model',
      'stages/apply',
      'support/concurrency',
      'support/files',
      'support/package',
      'support/telemetry',
    ],
  },
  {
    path: 'control/adopt',
    purpose: 'takes over objects that another tool manages',
    imports: [
      'adapters/cluster',
      'control/fleet',
      'control/lease',
      'control/planner',
      'model',
      'stages/apply',
      'stages/live',
      'stages/plan',
      'stages/render',
      'support/telemetry',
    ],
  },
  {
    path: 'control/propose',
    purpose: 'proposes versions of charts as a commit of a branch',
    imports: [
      'adapters/git',
      'adapters/source',
      'control/fleet',
      'model',
      'stages/declare',
      'support/concurrency',
      'support/telemetry',
    ],
  },
  {
    path: 'control/review',
    purpose: 'what a revision would change',
    imports: [
      'adapters/cluster',
      'control/fleet',
      'control/planner',
      'model',
      'stages/live',
      'stages/report',
    ],
  },

  {
    path: 'roles',
    purpose: 'the process: its parts, what each needs, start, stop, signals, probes',
    imports: [
      'adapters/cluster',
      'adapters/git',
      'control/controller',
      'control/fleet',
      'control/lease',
      'control/planner',
      'control/propose',
      'control/seal',
      'model',
      'stages/live',
      'stages/plan',
      'stages/poll',
      'stages/report',
      'support/concurrency',
      'support/telemetry',
    ],
  },

  {
    path: 'cli/options',
    purpose: 'flags, environment and configuration file to settings',
    imports: ['adapters/source', 'model', 'roles', 'stages/declare', 'stages/poll', 'support/exchange'],
  },
  {
    path: 'cli/present',
    purpose: 'results as text for people and documents for programs',
    imports: [
      'cli/options',
      'control/adopt',
      'control/fleet',
      'model',
      'stages/declare',
      'stages/plan',
      'support/telemetry',
    ],
  },
  {
    path: 'cli/demo',
    purpose: '`reeve demo`: the main job, scene by scene',
    imports: [
      'cli/present',
      'model',
      'roles',
      'sandbox',
      'stages/plan',
      'stages/report',
      'support/concurrency',
      'support/package',
    ],
  },
  {
    path: 'cli/commands',
    purpose: 'one file per command',
    imports: [
      'cli/demo',
      'cli/options',
      'cli/present',
      'control/adopt',
      'control/fleet',
      'control/review',
      'model',
      'roles',
      'stages/plan',
      'stages/snapshot',
    ],
  },
  {
    path: 'cli',
    purpose: 'the command line: program, help, exit codes',
    imports: ['cli/commands', 'cli/options', 'cli/present', 'model', 'support/package', 'support/telemetry'],
  },
]
