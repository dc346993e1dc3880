import { startPool } from './test/helpers/control-planes/start-pool.ts'

// Those that take longest begin first, so that none of them is left to run alone at the end.
const LONGEST_FIRST = [
  'chaos/requests',
  'chaos/lasting',
  'chaos/at-rest',
  'control/lease/leader-lease',
  'stages/rollout/simulation',
  'control/planner/marks',
  'control/adopt/adopt',
  'control/sync/drift',
  'mattermost/fleet',
  'mattermost/rollout',
  'chaos/rollout',
  'attacks/hostile-pull-requests',
  'attacks/relatives',
  'control/gates/held-deletions',
  'control/planner/autoscaled',
  'control/controller/advances',
  'control/controller/kind-changes',
  'control/fleet/bad-input',
  'control/fleet/git-trouble',
  'roles/',
  'endurance/',
  'bench/',
  'mattermost/',
  'chaos/',
  'examples/',
  'control/',
  'sandbox/',
  'adapters/git/',
  'adapters/forge/',
  'stages/report/status-branch',
  'stages/live/',
]

export default async () => ({
  files: ['test/**/*.test.ts', '!test/control-plane/**'],
  extensions: { ts: 'module' },
  // The servers of templates in tests are at this machine.
  environmentVariables: { ...(await startPool()), REEVE_SOURCE_ADDRESSES: '127.0.0.0/8,::1/128' },
  // Threads share a process that grows to half a gigabyte, and each process that it starts copies its page tables.
  workerThreads: false,
  concurrency: 3,
  timeout: '5m',
  sortTestFiles: (a, b) => rank(a) - rank(b) || a.localeCompare(b),
})

function rank(file) {
  const at = LONGEST_FIRST.findIndex((path) => file.includes(`/test/${path}`))
  return at < 0 ? LONGEST_FIRST.length : at
}
