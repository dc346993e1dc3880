import { ROLE_HELP, ROLE_NAMES } from '../../roles/role-names.ts'
import { CLUSTER_OPTIONS, FORGE_OPTIONS, GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { readSettings } from '../options/settings.ts'
import type { CommandSpec } from './command-spec.ts'

export const runCommand: CommandSpec = {
  name: 'run',
  summary: 'keep the cluster as Git declares it, until stopped',
  description:
    'Follows the branch, applies each new commit, reverts drift, and writes the outcome to ' +
    'the status branch. SIGHUP polls the remote at once; SIGINT and SIGTERM finish the ' +
    'work in flight and stop. While another Reeve of the same name has the cluster, this one ' +
    'stands by.\n\n' +
    `Roles (--target):\n${ROLE_NAMES.map((name) => `  ${name}  ${ROLE_HELP[name]}`).join('\n')}`,
  options: [
    ...GIT_OPTIONS,
    ...CLUSTER_OPTIONS,
    'interval',
    'schedule',
    'propose-versions',
    'check-addresses',
    'target',
    'listen',
    'webhook-secret-file',
    ...FORGE_OPTIONS,
    ...LOG_OPTIONS,
  ],
  examples: [
    {
      command: 'reeve run --repo https://git.example.com/team/fleet.git',
      says: 'the cluster of the current kubeconfig context, polled every 30 seconds',
    },
    {
      command:
        'reeve run --repo https://git.example.com/team/fleet.git \\\n' +
        '  --path clusters/east --cluster east \\\n' +
        '  --git-token-file token --schedule "*/5 * * * *"',
      says: 'one of several clusters, with a token, every five minutes',
    },
    { command: 'reeve run --config reeve.yaml', says: 'all options from a file' },
  ],
  exitCodes: { 0: 'stopped by a signal', 1: 'a fault that Reeve cannot recover from', 2: 'wrong usage' },
  failure: 1,
  async run(line, io) {
    const settings = await readSettings(line, io.surroundings)
    const { runRoles } = await import('../../roles/run-roles.ts')
    await runRoles(settings, await io.openLog(settings.log))
    return 0
  },
}
